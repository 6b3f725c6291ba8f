// PowerShell, as its own program starts it.
return Microsoft.PowerShell.ConsoleShell.Start("PowerShell", "", args);
