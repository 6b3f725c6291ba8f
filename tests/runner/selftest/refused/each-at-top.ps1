BeforeEach { }; Describe "d" { It "i" { } }
