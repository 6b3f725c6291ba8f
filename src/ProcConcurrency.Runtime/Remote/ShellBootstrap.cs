using System.Text;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// By the host's sh. PowerShell is entered by a hook before its own Main, so that the agent costs no more than a start of .NET; where
/// hooks are switched off, by its command line. What sh can't do there, the other way may: then sh ends without a word.
/// </summary>
internal sealed class ShellBootstrap : Bootstrap
{
    // Each line is a whole command: stage 0 reads one line, and so all become one. The umask is the user's again for what children make.
    // The probe gives a folder its time: one that has none of 90 days is an older version's, which nobody uses any more. What could not be
    // unpacked, for want of room, is asked for once more, for the temporary folder; all of it has to be read before that.
    private const string Script = """
        e={engine};
        has() { command -v "$1" >/dev/null 2>&1; };
        has "$e" || exit 127;
        s=sha256sum; has $s || s="shasum -a 256";
        for x in ${s%% *} head gzip tar mktemp; do has $x || exit 125; done;
        c=${XDG_CACHE_HOME:-$HOME/.cache}/ProcConcurrency; d=$c/{key}; t=; u=$(umask); umask 77;
        own() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] && [ -w "$1" ] && case $(ls -ld "$1") in drwx------*) ;; *) false;; esac; };
        whole() { (cd "$d" && printf "%s\n" {list} | $s -c) >/dev/null 2>&1; };
        temporary() { t=$(mktemp -d "${TMPDIR:-/tmp}/proc-concurrency-XXXXXX") && d=$t && mkdir "$d/bin"; };
        plain() { case $d in *:*) false;; esac; };
        fill() { echo need; IFS= read -r n; p=$d/.part$$; mkdir "$p";
        head -c "$n" | (gzip -dc | tar -xf - -C "$p"; r=$?; cat >/dev/null; exit $r) && for f in {names}; do mv -f "$p/$f" "$d/$f" || break; done;
        rm -rf "$p"; whole; };
        bad() { [ -z "$t" ] || rm -rf "$t"; exit 125; };
        trap bad HUP PIPE TERM;
        { mkdir -p "$c"; own "$c" && mkdir -p "$d/bin" && own "$d" && : >"$d/.probe$$" && rm -f "$d/.probe$$"; } 2>/dev/null || temporary || bad;
        plain || bad;
        if ! whole; then
        fill 2>/dev/null || { [ -z "$t" ] && temporary && plain && fill 2>/dev/null; } || bad;
        [ -n "$t" ] || for o in "$c"/????????????????????????????????; do [ "$o" = "$d" ] || [ -z "$(find "$o" -prune -type d -mtime +90 2>/dev/null)" ] || rm -rf "$o"; done;
        fi;
        umask $u; trap - HUP PIPE TERM;
        for v in {variables}; do n=${v%%=*}; eval "[ -z \"\${$n+x}\" ] || export PROCCONCURRENCY_SAVED_$n=\"\$$n\""; export "$v"; done;
        export PROCCONCURRENCY_AGENT_FOLDER="$t" PROCCONCURRENCY_AGENT="$d/bin/ProcConcurrency.dll" DOTNET_STARTUP_HOOKS="${DOTNET_STARTUP_HOOKS:+$DOTNET_STARTUP_HOOKS:}$d/bin/ProcConcurrency.dll";
        exec "$e" -NoLogo -NoProfile -NonInteractive -Command '[Reflection.Assembly]::LoadFrom($env:PROCCONCURRENCY_AGENT).GetType("ProcConcurrency.Worker.AgentMain")::Enter()'
        """;

    /// <inheritdoc/>
    internal override string Command(RemoteTarget target, string marker) =>
        $"sh -c 'printf \"\\n%s:%s\\n\" {marker} \"$(uname -sm)\";IFS= read -r l&&eval \"$l\"'";

    /// <inheritdoc/>
    internal override byte[] Stage1(RemoteTarget target, string hello, out Parcel parcel)
    {
        if (hello.Contains("_NT-", StringComparison.Ordinal))
        {
            // A sh of Cygwin, MSYS or Git: its paths are not those of PowerShell on Windows.
            throw new RemoteHostException(target.Name, RemoteHostFault.Unreachable, $"'{target.Name}' is no Unix: {SshWords.Of(hello)}.") { IsOfBootstrap = true };
        }

        parcel = Parcel.For(hello);
        var script = Script
            .Replace("{key}", parcel.Key, StringComparison.Ordinal)
            .Replace("{list}", string.Join(' ', parcel.Files.Select(static file => $"'{file}'")), StringComparison.Ordinal)
            .Replace("{names}", string.Join(' ', parcel.Files.Select(static file => file.Name)), StringComparison.Ordinal)
            .Replace("{variables}", AgentVariables.Words, StringComparison.Ordinal)
            .Replace("{engine}", Quoted(target.EnginePath ?? "pwsh"), StringComparison.Ordinal)
            .ReplaceLineEndings(" ");
        return Encoding.UTF8.GetBytes(script + "\n");
    }

    // A path below the home folder is for sh to find.
    private static string Quoted(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? "$HOME/" + Quoted(path[2..]) : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
