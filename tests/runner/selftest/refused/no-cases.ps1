Describe "d" { It "none" -ForEach @() { } }
