using System.Collections.Immutable;
using LockCheck.Judgement;
using LockCheck.Loading;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LockCheck.Contracts;

/// <summary>One statement about a member, and what came of it.</summary>
/// <param name="Text">As an attribute would be written.</param>
/// <param name="Source">Where it is stated.</param>
/// <param name="Bound">What its lock expressions lead to, where they are more than names of what they say.</param>
/// <param name="Problem">Why it constrains nobody; null where it binds.</param>
internal sealed record StatedContract(string Text, string Source, string? Bound, string? Problem);

/// <summary>Everything that is believed of one member.</summary>
/// <param name="Id">Documentation id; of a parameter that of its member, and its name.</param>
/// <param name="Name">The member as people name it, its type included.</param>
/// <param name="Kind">field, property, method, type, parameter and so on.</param>
/// <param name="Place">Where it is declared, or the assembly that it comes from.</param>
internal sealed record MemberStatements(string Id, string Name, string Kind, string Place, ImmutableArray<StatedContract> Contracts);

/// <summary>Lists what the contracts of a project say, as the analysis reads them.</summary>
internal sealed class ContractListing
{
    readonly LoadedProject _project;
    readonly string _root;
    readonly ContractSet _contracts;
    readonly List<(string Name, ContractFile File)> _files = [("built in", ContractFile.Bcl)];
    readonly Dictionary<(string Path, int Line), string> _problems = [];

    ContractListing(LoadedProject project, string root, CancellationToken cancellationToken)
    {
        _project = project;
        _root = root;
        _contracts = new ContractSet(project.Compilation, ContractFiles.Read(project.Options, cancellationToken));
        foreach (var file in project.Options.AdditionalFiles.Where(ContractFiles.IsContractFile))
        {
            if (file.GetText(cancellationToken) is { } text)
                _files.Add((FindingIdentity.Relative(file.Path, root), ContractFile.Parse(text)));
        }
    }

    /// <summary>Makes the listing of a project.</summary>
    public static async Task<ContractListing> CreateAsync(LoadedProject project, string root, CancellationToken cancellationToken)
    {
        var listing = new ContractListing(project, root, cancellationToken);
        // What does not bind is told by the rule that tells it everywhere else.
        var analysis = project.Compilation.WithAnalyzers([new LCK9001ContractDoesNotBind()], new CompilationWithAnalyzersOptions(project.Options, null, concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true));
        foreach (var problem in await analysis.GetAnalyzerDiagnosticsAsync(cancellationToken).ConfigureAwait(false))
        {
            var span = problem.Location.GetLineSpan();
            listing._problems[(span.Path, span.StartLinePosition.Line)] = problem.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        }
        return listing;
    }

    /// <summary>What is stated in the project's own sources and contract files, or inherited by its members: by type, then as declared.</summary>
    public IEnumerable<MemberStatements> OfProject()
    {
        foreach (var type in ApiNames.TypesIn(_project.Compilation.Assembly.GlobalNamespace).OrderBy(t => t.ToDisplayString(), StringComparer.Ordinal))
        {
            foreach (var statements in OfType(type))
                yield return statements;
        }
        foreach (var (name, file) in _files.Skip(1))
        {
            foreach (var entry in file.Entries)
                yield return new(entry.FullName, entry.FullName + (entry.Parameter is { } parameter ? "#" + parameter : ""), "contract file", $"{name}:{entry.Line + 1}", [.. entry.Clauses.Select(c => new StatedContract(TextOf(c), $"{name}:{entry.Line + 1}", null, ProblemOfLine(name, entry.Line)))]);
            foreach (var error in file.Errors)
                yield return new("", $"{name}:{error.Line + 1}", "contract file", $"{name}:{error.Line + 1}", [new("(not understood)", $"{name}:{error.Line + 1}", null, ProblemOfLine(name, error.Line) ?? error.Problem.Message)]);
        }
    }

    /// <summary>What is believed of the members of that name, wherever they come from. Members of which nothing is stated are there, with nothing.</summary>
    public IEnumerable<MemberStatements> OfApi(string name)
    {
        foreach (var symbol in ApiNames.Find(_project.Compilation, name).OrderBy(s => s.ToDisplayString(), StringComparer.Ordinal))
        {
            if (symbol is INamedTypeSymbol type)
            {
                var all = OfType(type).ToList();
                if (all.Count == 0)
                    all.Add(new(IdOf(type), type.ToDisplayString(), KindOf(type), PlaceOf(type), []));
                foreach (var statements in all)
                    yield return statements;
                continue;
            }
            var own = WithParts(symbol).Select(Of).ToList();
            yield return own[0];
            foreach (var part in own.Skip(1).Where(p => !p.Contracts.IsEmpty))
                yield return part;
        }
    }

    /// <summary>What is believed of one member and of its parameters; nothing of those of which nothing is stated.</summary>
    public IEnumerable<MemberStatements> OfMember(ISymbol symbol) => WithParts(symbol).Select(Of).Where(s => !s.Contracts.IsEmpty);

    IEnumerable<MemberStatements> OfType(INamedTypeSymbol type)
    {
        var members = type.GetMembers().Where(m => m is not INamedTypeSymbol).OrderBy(m => m.Locations[0].SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(m => m.Locations[0].IsInSource ? m.Locations[0].SourceSpan.Start : 0).ThenBy(IdOf, StringComparer.Ordinal);
        return members.Prepend<ISymbol>(type).SelectMany(WithParts).Select(Of).Where(s => !s.Contracts.IsEmpty);
    }

    static IEnumerable<ISymbol> WithParts(ISymbol symbol)
    {
        yield return symbol;
        var parameters = symbol switch
        {
            IMethodSymbol method => method.Parameters,
            IPropertySymbol property => property.Parameters,
            INamedTypeSymbol { DelegateInvokeMethod: { } invoke } => invoke.Parameters,
            _ => [],
        };
        foreach (var parameter in parameters)
            yield return parameter;
    }

    MemberStatements Of(ISymbol symbol)
    {
        var stated = ImmutableArray.CreateBuilder<StatedContract>();
        stated.AddRange(ClausesOf(symbol).Select(c => Stated(c.Clause, c.Source, symbol)));
        // Who speaks of locks speaks of all of them, and inherits nothing about them.
        foreach (var inherited in ContractSet.Inherited(symbol))
        {
            var above = inherited.OriginalDefinition;
            var taken = _contracts.InheritedFrom(inherited, symbol);
            if (taken.IsNone || (!_contracts.StatedOf(symbol).IsNone && (_contracts.StatedOf(symbol).SpeaksOfLocks || _contracts.StatedOf(symbol).IsGuarded)))
                continue;
            stated.AddRange(ClausesOf(above).Select(c => Stated(c.Clause, $"inherited from {above.ToDisplayString()}", above) with { Bound = BoundIn(taken, c.Clause) }));
            break;
        }
        return new(IdOf(symbol), symbol is IParameterSymbol ? $"{symbol.ContainingSymbol.ToDisplayString()}, parameter {symbol.Name}" : symbol.ToDisplayString(), KindOf(symbol), PlaceOf(symbol), stated.ToImmutable());
    }

    IEnumerable<(Clause Clause, string Source)> ClausesOf(ISymbol symbol)
    {
        foreach (var clause in _contracts.Clauses(symbol).Where(c => c.Attribute is not null))
            yield return (clause, clause.Attribute!.ApplicationSyntaxReference is { } syntax ? PlaceOf(syntax.SyntaxTree.GetLocation(syntax.Span)) : $"metadata of {symbol.ContainingAssembly?.Name}");
        if (symbol is IEventSymbol @event)
        {
            foreach (var clause in EventFields.Clauses(_project.Compilation, @event))
                yield return (clause, PlaceOf(@event));
        }
        foreach (var (name, file) in _files)
        {
            var clauses = ImmutableArray.CreateBuilder<Clause>();
            file.Collect(symbol, clauses);
            foreach (var clause in clauses)
                yield return (clause, name);
        }
    }

    StatedContract Stated(Clause clause, string source, ISymbol owner)
    {
        string? bound = null, problem = null;
        if (clause.Attribute?.ApplicationSyntaxReference is { } syntax && _problems.TryGetValue((syntax.SyntaxTree.FilePath, syntax.SyntaxTree.GetLocation(syntax.Span).GetLineSpan().StartLinePosition.Line), out var told))
            problem = told;
        if (Vocabulary.TakingLocks.Contains(clause.Name) && !clause.Expressions.IsEmpty)
        {
            var paths = clause.Expressions.Select(e => _contracts.Paths.Bind(e, owner)).ToList();
            if (paths.Find(p => p.Error is not null).Error is { } error)
                problem ??= error.Message;
            else
                bound = string.Join(", ", paths.Select(p => p.Path!.ToString()));
        }
        return new(TextOf(clause), source, bound, problem);
    }

    // With the parameters and members of the member that inherits it.
    static string? BoundIn(MemberContract contract, Clause clause)
    {
        var locks = new[]
        {
            contract.Requires, contract.Acquires, contract.TryAcquires, contract.Releases, contract.Drops, contract.Downgrades, contract.Upgrades, contract.Excludes,
            contract.WaitsFor, contract.Asserts, contract.Tests, contract.GuardedBy, contract.GuardedByAny, contract.TargetGuardedBy,
        }.SelectMany(c => c).ToLookup(c => c.Text, c => c.Path.ToString(), StringComparer.Ordinal);
        return clause.Expressions.IsEmpty || !clause.Expressions.All(locks.Contains) ? null : string.Join(", ", clause.Expressions.Select(e => locks[e].First()));
    }

    string? ProblemOfLine(string file, int line) => _problems.Where(p => p.Key.Line == line && FindingIdentity.Relative(p.Key.Path, _root) == file).Select(p => p.Value).FirstOrDefault();

    static string TextOf(Clause clause)
    {
        var arguments = clause.Named.Where(n => n.Key.Length == 0).Select(n => Literal(n.Value)).Concat(clause.Expressions.Select(e => Literal(e)))
            .Concat(clause.Named.Where(n => n.Key.Length > 0).OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => $"{n.Key} = {Literal(n.Value)}")).ToList();
        return arguments.Count == 0 ? clause.Name : $"{clause.Name}({string.Join(", ", arguments)})";
    }

    static string Literal(object? value) => value switch
    {
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        null => "null",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };

    string PlaceOf(ISymbol symbol) => symbol.Locations.FirstOrDefault(l => l.IsInSource) is { } location ? PlaceOf(location) : symbol.ContainingAssembly?.Name ?? "";

    string PlaceOf(Location location)
    {
        var span = location.GetLineSpan();
        return $"{FindingIdentity.Relative(span.Path, _root)}:{span.StartLinePosition.Line + 1}";
    }

    static string IdOf(ISymbol symbol) => symbol is IParameterSymbol ? $"{IdOf(symbol.ContainingSymbol)}#{symbol.Name}" : symbol.GetDocumentationCommentId() ?? symbol.ToDisplayString();

    static string KindOf(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type => type.TypeKind.ToString().ToLowerInvariant(),
        IMethodSymbol { MethodKind: MethodKind.Constructor } => "constructor",
        IMethodSymbol { AssociatedSymbol: not null } => "accessor",
        _ => symbol.Kind.ToString().ToLowerInvariant(),
    };
}
