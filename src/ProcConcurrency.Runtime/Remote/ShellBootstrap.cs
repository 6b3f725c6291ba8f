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
    // unpacked, for want of room, is asked for once more, for the temporary folder; all of it has to be read before that. The names are such
    // as no environment has: what sh finds there, it hands on as it leaves it.
    private const string Script = """
        _e={engine};
        has() { command -v "$1" >/dev/null 2>&1; };
        has "$_e" || exit 127;
        _s=sha256sum; has $_s || _s="shasum -a 256";
        for _x in ${_s%% *} head gzip tar mktemp; do has $_x || exit 125; done;
        _c=${XDG_CACHE_HOME:-$HOME/.cache}/ProcConcurrency; _d=$_c/{key}; _t=; _u=$(umask); umask 77;
        own() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] && [ -w "$1" ] && case $(ls -ld "$1") in drwx------*) ;; *) false;; esac; };
        whole() { (cd "$_d" && printf "%s\n" {list} | $_s -c) >/dev/null 2>&1; };
        temporary() { _t=$(mktemp -d "${TMPDIR:-/tmp}/proc-concurrency-XXXXXX") && _d=$_t && mkdir "$_d/bin"; };
        plain() { case $_d in *:*) false;; esac; };
        fill() { echo need; IFS= read -r _n; _p=$_d/.part$$; mkdir "$_p";
        head -c "$_n" | (gzip -dc | tar -xf - -C "$_p"; _r=$?; cat >/dev/null; exit $_r) && for _f in {names}; do mv -f "$_p/$_f" "$_d/$_f" || break; done;
        rm -rf "$_p"; whole; };
        bad() { [ -z "$_t" ] || rm -rf "$_t"; exit 125; };
        trap bad HUP PIPE TERM;
        { mkdir -p "$_c"; own "$_c" && mkdir -p "$_d/bin" && own "$_d" && : >"$_d/.probe$$" && rm -f "$_d/.probe$$"; } 2>/dev/null || temporary || bad;
        plain || bad;
        if ! whole; then
        fill 2>/dev/null || { [ -z "$_t" ] && temporary && plain && fill 2>/dev/null; } || bad;
        [ -n "$_t" ] || for _o in "$_c"/????????????????????????????????; do [ "$_o" = "$_d" ] || [ -z "$(find "$_o" -prune -type d -mtime +90 2>/dev/null)" ] || rm -rf "$_o"; done;
        fi;
        umask $_u; trap - HUP PIPE TERM;
        for _v in {variables}; do _n=${_v%%=*}; eval "[ -z \"\${$_n+x}\" ] || export {saved}$_n=\"\$$_n\""; export "$_v"; done;
        export PROCCONCURRENCY_AGENT_FOLDER="$_t" PROCCONCURRENCY_AGENT="$_d/bin/ProcConcurrency.dll" DOTNET_STARTUP_HOOKS="${DOTNET_STARTUP_HOOKS:+$DOTNET_STARTUP_HOOKS:}$_d/bin/ProcConcurrency.dll";
        exec "$_e" -NoLogo -NoProfile -NonInteractive -Command '[Reflection.Assembly]::LoadFrom($env:PROCCONCURRENCY_AGENT).GetType("ProcConcurrency.Worker.AgentMain")::Enter()'
        """;

    /// <inheritdoc/>
    internal override string Command(RemoteTarget target, string marker) =>
        $"sh -c 'printf \"\\n%s:%s\\n\" {marker} \"$(uname -sm)\";IFS= read -r _l&&eval \"$_l\"'";

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
            .Replace("{saved}", SavedVariables.Prefix, StringComparison.Ordinal)
            .Replace("{variables}", AgentVariables.Words, StringComparison.Ordinal)
            .Replace("{engine}", Quoted(target.EnginePath ?? "pwsh"), StringComparison.Ordinal)
            .ReplaceLineEndings(" ");
        return Encoding.UTF8.GetBytes(script + "\n");
    }

    // A path below the home folder is for sh to find.
    private static string Quoted(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? "$HOME/" + Quoted(path[2..]) : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
