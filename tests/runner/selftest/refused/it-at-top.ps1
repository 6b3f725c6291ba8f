It "at the top" { }; Describe "d" { It "i" { } }
