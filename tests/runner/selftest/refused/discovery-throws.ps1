throw "body"; Describe "d" { It "i" { } }
