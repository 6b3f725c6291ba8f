Describe "d" { It "is over" { }; It "exits" { exit 0 } }
