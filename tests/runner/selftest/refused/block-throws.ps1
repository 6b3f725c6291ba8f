Describe "d" { It "i" { }; throw "block body" }
