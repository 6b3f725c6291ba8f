Describe "d" { It "i" { 
