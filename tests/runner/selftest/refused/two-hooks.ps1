Describe "d" { BeforeAll { }; BeforeAll { }; It "i" { } }
