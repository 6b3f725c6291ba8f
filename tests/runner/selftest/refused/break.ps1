break; Describe "d" { It "i" { } }
