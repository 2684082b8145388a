using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// The names in one syntax tree: which ones each member mentions, which members carry contracts. A function of the tree alone, so
/// that it is kept as long as the tree is. Immutable; thread-safe.
/// </summary>
internal sealed class TreeNames
{
    readonly int[] _all;

    TreeNames(
        ImmutableArray<Function> functions,
        ImmutableArray<string> contracts,
        ImmutableArray<string> locks,
        ImmutableArray<(string, int)> typed,
        ImmutableArray<int> delegates,
        ImmutableArray<(int, int)> takes)
    {
        Delegates = delegates;
        Takes = takes;
        Functions = functions;
        Contracts = contracts;
        Locks = locks;
        Typed = typed;
        var all = new HashSet<int>();
        foreach (var function in functions)
            all.UnionWith(function.Mentions);
        _all = new int[all.Count];
        all.CopyTo(_all);
        Array.Sort(_all);
    }

    /// <summary>Whether any member of the tree mentions a name, given by its hash.</summary>
    public bool Mentions(int name) => Array.BinarySearch(_all, name) >= 0;

    /// <summary>Whether any member of the tree mentions one of the names.</summary>
    public bool MentionsAny(HashSet<int> names)
    {
        foreach (var name in names)
        {
            if (Array.BinarySearch(_all, name) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>The members with code, by position.</summary>
    public ImmutableArray<Function> Functions { get; }

    /// <summary>Names of members and types that carry attributes named as in the vocabulary.</summary>
    public ImmutableArray<string> Contracts { get; }

    /// <summary>The last names in the lock expressions of those attributes.</summary>
    public ImmutableArray<string> Locks { get; }

    /// <summary>Members with the hash of each name in their types.</summary>
    public ImmutableArray<(string Member, int Type)> Typed { get; }

    /// <summary>Delegate types with contracts, by the hashes of their names.</summary>
    public ImmutableArray<int> Delegates { get; }

    /// <summary>Methods with the types of their parameters, both by the hashes of their names.</summary>
    public ImmutableArray<(int Member, int Type)> Takes { get; }

    /// <summary>The member whose code lies at <paramref name="position"/>.</summary>
    public Function? At(int position)
    {
        int low = 0, high = Functions.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            var function = Functions[middle];
            if (position < function.Span.Start)
                high = middle - 1;
            else if (position >= function.Span.End)
                low = middle + 1;
            else
                return function;
        }

        return null;
    }

    /// <summary>The name of every operator and conversion.</summary>
    public const string Operator = "operator";

    /// <summary>Stands among the mentions for an opening bracket.</summary>
    public static readonly int Indexing = Hash("[");

    static readonly int Base = Hash("base");

    /// <summary>Stands among the mentions for <c>^</c> and <c>..</c>.</summary>
    public static readonly int FromEnd = Hash("^");

    /// <summary>Stands among the mentions for an interpolated string.</summary>
    public static readonly int Interpolation = Hash("$");

    /// <summary>What is mentioned, in place of its name, where a member is called without being named; null for most members.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="type">The name of the type that declares it.</param>
    /// <param name="isConstructor">Derived types call it, written or not.</param>
    public static string? CalledUnnamed(string name, string type, bool isConstructor) =>
        isConstructor ? "base"
        // By a collection initialiser.
        : name == "Add" ? type
        : null;

    public static int Hash(string name)
    {
        uint hash = 2166136261;
        foreach (var c in name)
            hash = (hash ^ c) * 16777619;
        return (int)hash;
    }

    public static TreeNames Read(SyntaxTree tree, CancellationToken cancel)
    {
        var text = tree.GetText(cancel);
        var buffer = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            text.CopyTo(0, buffer, 0, text.Length);
            var reader = new Reader(buffer);
            reader.Read(tree.GetRoot(cancel), cancel);
            return new TreeNames(reader.Functions.ToImmutable(), reader.Contracts.ToImmutable(), reader.Locks.ToImmutable(), reader.Typed.ToImmutable(), reader.Delegates.ToImmutable(), reader.Takes.ToImmutable());
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>A member with code. Compared by reference.</summary>
    internal sealed class Function(string name, TextSpan span, bool isHidden, int[] mentions)
    {
        /// <summary>Its name; of an accessor the property's.</summary>
        public string Name { get; } = name;

        public int NameHash { get; } = Hash(name);

        /// <summary>The whole declaration.</summary>
        public TextSpan Span { get; } = span;

        /// <summary>Not declared public or protected.</summary>
        public bool IsHidden { get; } = isHidden;

        /// <summary>The hashes of the names in it, each once.</summary>
        public int[] Mentions { get; } = mentions;

        public bool MentionsAny(HashSet<int> names)
        {
            foreach (var mention in Mentions)
            {
                if (names.Contains(mention))
                    return true;
            }

            return false;
        }
    }

    sealed class Reader(char[] text)
    {
        readonly HashSet<int> _mentions = new();

        public ImmutableArray<Function>.Builder Functions { get; } = ImmutableArray.CreateBuilder<Function>();

        public ImmutableArray<string>.Builder Contracts { get; } = ImmutableArray.CreateBuilder<string>();

        public ImmutableArray<string>.Builder Locks { get; } = ImmutableArray.CreateBuilder<string>();

        public ImmutableArray<int>.Builder Delegates { get; } = ImmutableArray.CreateBuilder<int>();

        public ImmutableArray<(int, int)>.Builder Takes { get; } = ImmutableArray.CreateBuilder<(int, int)>();

        public ImmutableArray<(string, int)>.Builder Typed { get; } = ImmutableArray.CreateBuilder<(string, int)>();

        public void Read(SyntaxNode node, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            switch (node)
            {
                case CompilationUnitSyntax unit:
                    ReadTopLevel(unit);
                    ReadAll(unit.Members, cancel);
                    break;
                case BaseNamespaceDeclarationSyntax space:
                    ReadAll(space.Members, cancel);
                    break;
                case TypeDeclarationSyntax type:
                    Attributes(type.AttributeLists, type.Identifier.ValueText);
                    // A primary constructor's base call and its parameters belong to the type.
                    if (type.ParameterList is { } parameters)
                        AddFunction(type.Identifier.ValueText, TextSpan.FromBounds(type.Identifier.SpanStart, type.BaseList?.Span.End ?? parameters.Span.End), type.Modifiers);
                    ReadAll(type.Members, cancel);
                    break;
                case DelegateDeclarationSyntax @delegate:
                    int before = Contracts.Count;
                    Attributes(@delegate.AttributeLists, @delegate.Identifier.ValueText);
                    if (Contracts.Count > before)
                        Delegates.Add(Hash(@delegate.Identifier.ValueText));
                    Parameters(@delegate.ParameterList, @delegate.Identifier.ValueText);
                    TypeOf(@delegate.Identifier.ValueText, @delegate.ReturnType);
                    break;
                case EnumDeclarationSyntax @enum:
                    Attributes(@enum.AttributeLists, @enum.Identifier.ValueText);
                    break;
                case MemberDeclarationSyntax member:
                    ReadMember(member);
                    break;
            }
        }

        void ReadAll(SyntaxList<MemberDeclarationSyntax> members, CancellationToken cancel)
        {
            foreach (var member in members)
            {
                if (member is not GlobalStatementSyntax)
                    Read(member, cancel);
            }
        }

        void ReadTopLevel(CompilationUnitSyntax unit)
        {
            int start = -1, end = -1;
            foreach (var member in unit.Members)
            {
                if (member is not GlobalStatementSyntax)
                    continue;
                start = start < 0 ? member.SpanStart : start;
                end = member.Span.End;
            }

            if (start >= 0)
                AddFunction("", TextSpan.FromBounds(start, end), default);
        }

        void ReadMember(MemberDeclarationSyntax member)
        {
            switch (member)
            {
                case MethodDeclarationSyntax method:
                    Attributes(method.AttributeLists, method.Identifier.ValueText);
                    Parameters(method.ParameterList, method.Identifier.ValueText);
                    TypeOf(method.Identifier.ValueText, method.ReturnType);
                    AddFunction(method.Identifier.ValueText, method.Span, method.Modifiers, method.ExplicitInterfaceSpecifier is not null);
                    break;
                case ConstructorDeclarationSyntax constructor:
                    Attributes(constructor.AttributeLists, constructor.Identifier.ValueText);
                    Parameters(constructor.ParameterList, constructor.Identifier.ValueText);
                    AddFunction(constructor.Identifier.ValueText, constructor.Span, constructor.Modifiers, callsBase: constructor.Initializer is null && constructor.Parent is ClassDeclarationSyntax { BaseList: not null });
                    break;
                case BasePropertyDeclarationSyntax property:
                    var name = property switch
                    {
                        PropertyDeclarationSyntax plain => plain.Identifier.ValueText,
                        EventDeclarationSyntax @event => @event.Identifier.ValueText,
                        _ => "this",
                    };
                    Attributes(property.AttributeLists, name);
                    foreach (var accessor in property.AccessorList?.Accessors ?? default)
                        Attributes(accessor.AttributeLists, name);
                    TypeOf(name, property.Type);
                    AddFunction(name, property.Span, property.Modifiers, property.ExplicitInterfaceSpecifier is not null);
                    break;
                case BaseFieldDeclarationSyntax field:
                    foreach (var variable in field.Declaration.Variables)
                    {
                        Attributes(field.AttributeLists, variable.Identifier.ValueText);
                        TypeOf(variable.Identifier.ValueText, field.Declaration.Type);
                    }

                    AddFunction(field.Declaration.Variables[0].Identifier.ValueText, field.Span, field.Modifiers);
                    break;
                case OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax:
                    Attributes(member.AttributeLists, Operator);
                    AddFunction("", member.Span, member.Modifiers);
                    break;
                default:
                    AddFunction("", member.Span, member.Modifiers);
                    break;
            }
        }

        void Parameters(BaseParameterListSyntax list, string owner)
        {
            foreach (var parameter in list.Parameters)
            {
                Attributes(parameter.AttributeLists, owner);
                // The name alone: `Walk(Handler handler)`, `Walk(Handlers.Each<T>? each)`.
                var type = parameter.Type is NullableTypeSyntax nullable ? nullable.ElementType : parameter.Type;
                if (type is NameSyntax name)
                    Takes.Add((Hash(owner), Hash(SimpleName(name))));
            }
        }

        void Attributes(SyntaxList<AttributeListSyntax> lists, string owner)
        {
            foreach (var list in lists)
            {
                foreach (var attribute in list.Attributes)
                {
                    var name = SimpleName(attribute.Name);
                    if (name.EndsWith("Attribute", StringComparison.Ordinal))
                        name = name.Substring(0, name.Length - 9);
                    if (!Vocabulary.All.Contains(name))
                        continue;
                    Contracts.Add(owner);
                    if (list.Parent is MemberDeclarationSyntax { Parent: TypeDeclarationSyntax type } member && CalledUnnamed(owner, type.Identifier.ValueText, member is ConstructorDeclarationSyntax) is { } other)
                        Contracts.Add(other);
                    foreach (var argument in attribute.ArgumentList?.Arguments ?? default)
                        AddLock(argument.Expression);
                }
            }
        }

        void AddLock(ExpressionSyntax expression)
        {
            if (expression is LiteralExpressionSyntax { Token.Value: string text })
                Locks.Add(text.Substring(text.LastIndexOf('.') + 1));
            else if (expression is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments })
                Locks.Add(SimpleName(arguments[0].Expression));
        }

        void TypeOf(string member, TypeSyntax type)
        {
            if (type is PredefinedTypeSyntax)
                return;
            foreach (var node in type.DescendantNodesAndSelf())
            {
                if (node is SimpleNameSyntax name)
                    Typed.Add((member, Hash(name.Identifier.ValueText)));
            }
        }

        static string SimpleName(ExpressionSyntax name) => name switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => "",
        };

        void AddFunction(string name, TextSpan span, SyntaxTokenList modifiers, bool isExplicit = false, bool callsBase = false)
        {
            bool hidden = !isExplicit;
            foreach (var modifier in modifiers)
                hidden &= !(modifier.IsKind(SyntaxKind.PublicKeyword) || modifier.IsKind(SyntaxKind.ProtectedKeyword));
            Functions.Add(new Function(name, span, hidden, Mentions(span, callsBase)));
        }

        // A scan of the characters: comments and strings give a few names too many, which costs a look and nothing else.
        int[] Mentions(TextSpan span, bool callsBase)
        {
            _mentions.Clear();
            if (callsBase)
                _mentions.Add(Base);
            int position = span.Start;
            while (position < span.End)
            {
                char c = text[position];
                if (!IsStart(c))
                {
                    // What is used without its name.
                    position++;
                    if (c == '[')
                        _mentions.Add(Indexing);
                    else if (c == '^' || (c == '.' && position < span.End && text[position] == '.'))
                        _mentions.Add(FromEnd);
                    else if (c == '$')
                        _mentions.Add(Interpolation);
                    continue;
                }

                uint hash = 2166136261;
                while (position < span.End && IsPart(text[position]))
                    hash = (hash ^ text[position++]) * 16777619;
                _mentions.Add((int)hash);
            }

            var mentions = new int[_mentions.Count];
            _mentions.CopyTo(mentions);
            return mentions;
        }

        static bool IsStart(char c) => (uint)((c | 0x20) - 'a') < 26 || c == '_' || (c >= 0x80 && char.IsLetter(c));

        static bool IsPart(char c) => IsStart(c) || (uint)(c - '0') < 10;
    }
}
