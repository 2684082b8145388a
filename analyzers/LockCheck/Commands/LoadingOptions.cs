using System.CommandLine;
using LockCheck.Loading;

namespace LockCheck.Commands;

/// <summary>The options that say how projects are loaded, alike in all commands.</summary>
internal sealed class LoadingOptions
{
    readonly Option<string?> _configuration = new("--configuration", "-c") { Description = "The build configuration, such as Release." };
    readonly Option<string?> _framework = new("--framework", "-f") { Description = "The one target framework to check. Without it: each that a project names." };
    readonly Option<bool> _noRestore = new("--no-restore") { Description = "Packages are restored already." };

    readonly Option<bool> _noCache = new("--no-cache") { Description = "Analyse everything anew, and keep nothing of it." };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_configuration);
        command.Options.Add(_framework);
        command.Options.Add(_noRestore);
        command.Options.Add(_noCache);
    }

    /// <summary>Their values.</summary>
    public LoadOptions Read(ParseResult parsed) => new()
    {
        Configuration = parsed.GetValue(_configuration),
        Framework = parsed.GetValue(_framework),
        Restore = !parsed.GetValue(_noRestore),
        Cache = parsed.GetValue(_noCache) ? Caching.AnalysisCache.None : Caching.AnalysisCache.OfUser(),
        Judgements = parsed.GetValue(_noCache) ? Caching.JudgementCache.None : Caching.JudgementCache.OfUser(),
    };
}
