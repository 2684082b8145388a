using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// Contracts for APIs that carry no attributes: the base class library's, embedded here, and a user's additional files.
/// </summary>
/// <remarks>
/// A line is <c>TARGET: Clause("expr", Name = value), Clause</c>; <c>#</c> starts a comment. A target is the full name
/// of a type or member (nested types with <c>+</c>, generic ones with their arity as in <c>List`1</c>), for one overload with its parameter types,
/// for a parameter with <c>#name</c> behind it. Clauses are the attributes of the vocabulary. Immutable; thread-safe.
/// </remarks>
internal sealed class ContractFile
{
    /// <summary>Additional files with this ending are contract files.</summary>
    public const string Extension = ".contracts";

    static readonly Lazy<ContractFile> Embedded = new(ReadEmbedded);

    readonly Dictionary<string, List<Entry>> _byMember = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<Entry>> _byFullName = new(StringComparer.Ordinal);

    ContractFile(SourceText text)
    {
        var errors = ImmutableArray.CreateBuilder<LineError>();
        var entries = ImmutableArray.CreateBuilder<Entry>();
        foreach (var line in text.Lines)
        {
            var content = line.ToString();
            if (content.TrimStart() is var start && (start.Length == 0 || start[0] == '#'))
                continue;
            if (Entry.TryParse(content, line.LineNumber, out var entry, out var message))
            {
                entries.Add(entry!);
                Add(_byFullName, entry!.FullName, entry);
                Add(_byMember, entry.SimpleName, entry);
            }
            else
            {
                errors.Add(new LineError(line.LineNumber, message!));
            }
        }

        Entries = entries.ToImmutable();
        Errors = errors.ToImmutable();
    }

    /// <summary>The contracts of the base class library.</summary>
    public static ContractFile Bcl => Embedded.Value;

    public ImmutableArray<Entry> Entries { get; }

    /// <summary>Lines that do not parse.</summary>
    public ImmutableArray<LineError> Errors { get; }

    public static ContractFile Parse(SourceText text) => new(text);

    /// <summary>Adds what this file says of <paramref name="symbol"/>.</summary>
    public void Collect(ISymbol symbol, ImmutableArray<Clause>.Builder clauses)
    {
        var parameter = symbol as IParameterSymbol;
        var owner = parameter?.ContainingSymbol ?? symbol;
        if (!_byMember.ContainsKey(owner.Name == ".ctor" ? owner.ContainingType.Name : owner.Name))
            return;
        if (!_byFullName.TryGetValue(SymbolNames.FullName(owner), out var entries))
            return;
        foreach (var entry in entries)
        {
            if (entry.Parameter == parameter?.Name && entry.Fits(owner))
                clauses.AddRange(entry.Clauses);
        }
    }

    /// <summary>Whether a clause stands on the target of that full name.</summary>
    public bool Says(string fullName, string clause)
    {
        foreach (var entry in _byFullName.TryGetValue(fullName, out var entries) ? entries : new List<Entry>())
        {
            foreach (var stated in entry.Clauses)
            {
                if (stated.Name == clause)
                    return true;
            }
        }

        return false;
    }

    static void Add(Dictionary<string, List<Entry>> map, string key, Entry entry)
    {
        if (!map.TryGetValue(key, out var list))
            map.Add(key, list = new List<Entry>());
        list.Add(entry);
    }

    static ContractFile ReadEmbedded()
    {
        using var stream = typeof(ContractFile).Assembly.GetManifestResourceStream("Bcl.contracts")!;
        using var reader = new StreamReader(stream);
        return Parse(SourceText.From(reader.ReadToEnd()));
    }

    internal readonly record struct LineError(int Line, LineProblem Problem);

    /// <summary>One line: what it speaks of, and what it says.</summary>
    internal sealed class Entry
    {
        Entry(string fullName, ImmutableArray<string>? parameterTypes, string? parameter, ImmutableArray<Clause> clauses, int line)
        {
            FullName = fullName;
            ParameterTypes = parameterTypes;
            Parameter = parameter;
            Clauses = clauses;
            Line = line;
        }

        public string FullName { get; }

        /// <summary>Set where one overload is meant.</summary>
        public ImmutableArray<string>? ParameterTypes { get; }

        /// <summary>Set where a parameter is meant.</summary>
        public string? Parameter { get; }

        public ImmutableArray<Clause> Clauses { get; }

        public int Line { get; }

        /// <summary>The last part of the name; of a constructor that of its type.</summary>
        public string SimpleName
        {
            get
            {
                var name = FullName.EndsWith("..ctor", StringComparison.Ordinal) ? FullName.Substring(0, FullName.Length - 6) : FullName;
                name = name.Substring(name.LastIndexOfAny(['.', '+']) + 1);
                var arity = name.IndexOf('`');
                return arity < 0 ? name : name.Substring(0, arity);
            }
        }

        public bool Fits(ISymbol owner)
        {
            if (ParameterTypes is not { } wanted)
                return true;
            var parameters = owner switch
            {
                IMethodSymbol method => method.Parameters,
                IPropertySymbol property => property.Parameters,
                _ => ImmutableArray<IParameterSymbol>.Empty,
            };
            if (parameters.Length != wanted.Length)
                return false;
            for (int i = 0; i < wanted.Length; i++)
            {
                if (!SymbolNames.IsParameterType(wanted[i], parameters[i]))
                    return false;
            }

            return true;
        }

        public static bool TryParse(string line, int number, out Entry? entry, out LineProblem? error)
        {
            entry = null;
            error = null;
            var colon = line.IndexOf(':');
            if (colon < 0)
            {
                error = new("a line is 'Target: Clause, Clause'");
                return false;
            }

            var target = line.Substring(0, colon).Trim();
            if (!ParseTarget(target, out var name, out var types, out var parameter))
            {
                error = new($"'{target}' is not the full name of a type or member");
                return false;
            }

            var clauses = ParseClauses(line.Substring(colon + 1), out error);
            if (error is not null)
                return false;
            entry = new Entry(name, types, parameter, clauses, number);
            return true;
        }

        static bool ParseTarget(string target, out string name, out ImmutableArray<string>? types, out string? parameter)
        {
            types = null;
            parameter = null;
            var hash = target.IndexOf('#');
            if (hash >= 0)
            {
                parameter = target.Substring(hash + 1).Trim();
                target = target.Substring(0, hash).Trim();
            }

            var open = target.IndexOf('(');
            name = target;
            if (open >= 0)
            {
                if (!target.EndsWith(")", StringComparison.Ordinal))
                    return false;
                name = target.Substring(0, open).Trim();
                var list = target.Substring(open + 1, target.Length - open - 2).Trim();
                var builder = ImmutableArray.CreateBuilder<string>();
                if (list.Length > 0)
                {
                    foreach (var type in SymbolNames.SplitTypes(list))
                        builder.Add(type);
                }

                types = builder.ToImmutable();
            }

            if (name.Length == 0)
                return false;
            foreach (var c in name)
            {
                if (!char.IsLetterOrDigit(c) && c is not ('_' or '.' or '+' or '`'))
                    return false;
            }

            return true;
        }

        static ImmutableArray<Clause> ParseClauses(string text, out LineProblem? error)
        {
            error = null;
            // The clauses of a line are written as C# writes attributes, so C#'s own parser reads them.
            var list = SyntaxFactory.ParseCompilationUnit($"[{text}] class C;").DescendantNodes();
            var clauses = ImmutableArray.CreateBuilder<Clause>();
            foreach (var node in list)
            {
                if (node.ContainsDiagnostics)
                    error = new("the clauses do not parse");
                if (node is AttributeSyntax attribute && error is null)
                    clauses.Add(ParseClause(attribute, out error)!);
                if (error is not null)
                    return ImmutableArray<Clause>.Empty;
            }

            if (clauses.Count == 0)
                error = new("no clause stands behind the target");
            return clauses.ToImmutable();
        }

        static Clause? ParseClause(AttributeSyntax attribute, out LineProblem? error)
        {
            error = null;
            var name = attribute.Name.ToString();
            if (!Vocabulary.All.Contains(name) && !Vocabulary.OnlyInFiles.Contains(name))
            {
                var nearest = NearestName.Of(name, Vocabulary.All);
                error = new($"'{name}' is not a contract; did you mean '{nearest}'?", name, nearest);
                return null;
            }

            var expressions = ImmutableArray.CreateBuilder<string>();
            var named = ImmutableDictionary<string, object?>.Empty;
            foreach (var argument in attribute.ArgumentList?.Arguments ?? default)
            {
                if (argument.Expression is not LiteralExpressionSyntax literal)
                {
                    error = new($"'{argument}' is not a string, number, true or false");
                    return null;
                }

                if (argument.NameEquals is { } assigned)
                    named = named.SetItem(assigned.Name.Identifier.ValueText, literal.Token.Value);
                else if (literal.Token.Value is string text)
                    expressions.Add(text);
                else
                    named = named.SetItem("", literal.Token.Value);
            }

            return new Clause(name, expressions.ToImmutable(), named, null);
        }
    }
}
