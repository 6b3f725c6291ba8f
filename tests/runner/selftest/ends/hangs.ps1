Describe "d" { It "hangs" { [Threading.Thread]::Sleep(-1) } }
