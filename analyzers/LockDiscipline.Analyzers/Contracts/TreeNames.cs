using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LockDiscipline.Analyzers.Contracts;

/// <summary>
/// The names in one syntax tree: which ones each member mentions, which members carry contracts. A function of the tree alone, so
/// that it is kept as long as the tree is; it refers to no tree and no symbol. Immutable; thread-safe.
/// </summary>
internal sealed class TreeNames
{
    static readonly ConditionalWeakTable<SyntaxTree, TreeNames> s_known = new();

    HashSet<int>? _all;

    TreeNames(string path, string options, Reader reader)
    {
        Path = path;
        Declarations = reader.Declarations(Hash(options));
        Functions = reader.Functions.ToImmutable();
        Contracts = reader.Contracts.ToImmutable();
        Locks = reader.Locks.ToImmutable();
        Typed = reader.Typed.ToImmutable();
        HasExclusions = reader.HasExclusions;
        Delegates = reader.Delegates.ToImmutable();
        Takes = reader.Takes.ToImmutable();
        for (int i = 0; i < Functions.Length; i++)
            (Functions[i].Tree, Functions[i].Index) = (this, i);
    }

    /// <summary>Of the file; the same for what takes this tree's place.</summary>
    public string Path { get; }

    /// <summary>The hash of all but the bodies of methods, and of the options for reading them, the same however it is laid out and whatever lines of comments stand in it.</summary>
    public ulong Declarations { get; }

    /// <summary>The names in <paramref name="tree"/>, read when they are first asked for.</summary>
    public static TreeNames Of(SyntaxTree tree, CancellationToken cancel) =>
        s_known.TryGetValue(tree, out var names) ? names : s_known.GetValue(tree, key => Read(key, cancel));

    /// <summary>Whether any member of the tree mentions a name, given by its hash.</summary>
    public bool Mentions(int name)
    {
        // Made for the few who ask; several threads make the same.
        var all = _all;
        if (all is null)
        {
            all = new HashSet<int>();
            foreach (var function in Functions)
                all.UnionWith(function.Mentions);
            _all = all;
        }

        return all.Contains(name);
    }

    /// <summary>The members with code, by position.</summary>
    public ImmutableArray<FunctionNames> Functions { get; }

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

    /// <summary>One of those attributes is ExcludesLock.</summary>
    public bool HasExclusions { get; }

    /// <summary>The member whose code lies at <paramref name="position"/>.</summary>
    public FunctionNames? At(int position)
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

    /// <summary>Stands among the mentions for <c>^</c> and <c>..</c>.</summary>
    public static readonly int FromEnd = Hash("^");

    /// <summary>Stands among the mentions for an interpolated string.</summary>
    public static readonly int Interpolation = Hash("$");

    /// <summary>The keyword, which stands among the mentions like a name.</summary>
    public static readonly int Lock = Hash("lock");

    /// <summary>Stands among the mentions for a second lock statement: one lock may be taken within another.</summary>
    public static readonly int SecondLock = Hash("lock lock");

    /// <summary>What a method says of itself that holds its object's lock while it runs.</summary>
    public static readonly int Synchronized = Hash(nameof(System.Runtime.CompilerServices.MethodImplOptions.Synchronized));

    /// <summary>Stands among the mentions for the call of a base constructor, written or not.</summary>
    public static readonly int Base = Hash("base");

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

    static TreeNames Read(SyntaxTree tree, CancellationToken cancel)
    {
        var text = tree.GetText(cancel);
        var buffer = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            text.CopyTo(0, buffer, 0, text.Length);
            var reader = new Reader(buffer, text.Length);
            reader.Read(tree.GetRoot(cancel), cancel);
            return new TreeNames(tree.FilePath, OptionsOf(tree), reader);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    // The same text with other symbols is other code.
    static string OptionsOf(SyntaxTree tree) =>
        tree.Options is CSharpParseOptions options ? $"{options.LanguageVersion} {string.Join(" ", options.PreprocessorSymbolNames)}" : "";

    sealed class Reader(char[] text, int length)
    {
        readonly MentionScan _scan = new(text);
        readonly List<TextSpan> _bodies = new();
        int _outermost;
        bool _isInterface;
        bool _isHidden;

        public bool HasExclusions { get; private set; }

        public ImmutableArray<FunctionNames>.Builder Functions { get; } = ImmutableArray.CreateBuilder<FunctionNames>();

        public ImmutableArray<string>.Builder Contracts { get; } = ImmutableArray.CreateBuilder<string>();

        public ImmutableArray<string>.Builder Locks { get; } = ImmutableArray.CreateBuilder<string>();

        public ImmutableArray<int>.Builder Delegates { get; } = ImmutableArray.CreateBuilder<int>();

        public ImmutableArray<(int, int)>.Builder Takes { get; } = ImmutableArray.CreateBuilder<(int, int)>();

        public ImmutableArray<(string, int)>.Builder Typed { get; } = ImmutableArray.CreateBuilder<(string, int)>();

        public ulong Declarations(int options)
        {
            ulong hash = (ulong)options;
            int start = 0;
            foreach (var body in _bodies)
            {
                hash = unchecked((hash * 31) + _scan.ContentOf(TextSpan.FromBounds(start, body.Start)));
                start = body.End;
            }

            return unchecked((hash * 31) + _scan.ContentOf(TextSpan.FromBounds(start, length)));
        }

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
                    var (outermost, isInterface, isHidden) = (_outermost, _isInterface, _isHidden);
                    _outermost = outermost == 0 ? Hash(type.Identifier.ValueText) : outermost;
                    _isInterface = type is InterfaceDeclarationSyntax;
                    _isHidden |= !IsVisible(type);
                    Attributes(type.AttributeLists, type.Identifier.ValueText);
                    // A primary constructor's base call and its parameters belong to the type. What an extension block extends is no constructor.
                    if (type.ParameterList is { } parameters && type.Identifier.Span.Length > 0)
                        AddFunction(type.Identifier, TextSpan.FromBounds(type.Identifier.SpanStart, type.BaseList?.Span.End ?? parameters.Span.End), type.Modifiers, isType: true);
                    ReadAll(type.Members, cancel);
                    (_outermost, _isInterface, _isHidden) = (outermost, isInterface, isHidden);
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
                AddFunction(default, TextSpan.FromBounds(start, end), default);
        }

        void ReadMember(MemberDeclarationSyntax member)
        {
            switch (member)
            {
                case MethodDeclarationSyntax method:
                    Attributes(method.AttributeLists, method.Identifier.ValueText);
                    Parameters(method.ParameterList, method.Identifier.ValueText);
                    TypeOf(method.Identifier.ValueText, method.ReturnType);
                    AddFunction(method.Identifier, method.Span, method.Modifiers, isCalled: true, method.ExplicitInterfaceSpecifier is not null);
                    if (((SyntaxNode?)method.Body ?? method.ExpressionBody) is { } body)
                        _bodies.Add(body.Span);
                    Functions[Functions.Count - 1].IsShort = method.ExpressionBody is not null || method.Body is { Statements: { Count: 1 } statements } && statements[0] is ReturnStatementSyntax;
                    break;
                case ConstructorDeclarationSyntax constructor:
                    Attributes(constructor.AttributeLists, constructor.Identifier.ValueText);
                    Parameters(constructor.ParameterList, constructor.Identifier.ValueText);
                    bool callsBase = constructor.Initializer is null && constructor.Parent is ClassDeclarationSyntax { BaseList: not null };
                    AddFunction(constructor.Identifier, constructor.Span, constructor.Modifiers, callsBase: callsBase);
                    break;
                case BasePropertyDeclarationSyntax property:
                    var identifier = property switch
                    {
                        PropertyDeclarationSyntax plain => plain.Identifier,
                        EventDeclarationSyntax @event => @event.Identifier,
                        _ => ((IndexerDeclarationSyntax)property).ThisKeyword,
                    };
                    var name = identifier.ValueText;
                    Attributes(property.AttributeLists, name);
                    foreach (var accessor in property.AccessorList?.Accessors ?? default)
                        Attributes(accessor.AttributeLists, name);
                    TypeOf(name, property.Type);
                    AddFunction(identifier, property.Span, property.Modifiers, isExplicit: property.ExplicitInterfaceSpecifier is not null);
                    break;
                case BaseFieldDeclarationSyntax field:
                    foreach (var variable in field.Declaration.Variables)
                    {
                        Attributes(field.AttributeLists, variable.Identifier.ValueText);
                        TypeOf(variable.Identifier.ValueText, field.Declaration.Type);
                    }

                    AddFunction(field.Declaration.Variables[0].Identifier, field.Span, field.Modifiers);
                    break;
                case OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax:
                    Attributes(member.AttributeLists, Operator);
                    AddFunction(default, member.Span, member.Modifiers);
                    break;
                default:
                    AddFunction(default, member.Span, member.Modifiers);
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
                    // A copy is made of every member, and names none.
                    if (list.Parent?.Parent is RecordDeclarationSyntax && name is Vocabulary.GuardedBy or Vocabulary.GuardedByAny)
                        Contracts.Add("with");
                    HasExclusions |= name == Vocabulary.ExcludesLock;
                    if (list.Parent is MemberDeclarationSyntax { Parent: TypeDeclarationSyntax type } member && CalledUnnamed(owner, type.Identifier.ValueText, member is ConstructorDeclarationSyntax) is { } other)
                        Contracts.Add(other);
                    if (!Vocabulary.TakingLocks.Contains(name))
                        continue;
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

        // A part of the type elsewhere may say that it is public: then this one is looked at for nothing.
        static bool IsVisible(TypeDeclarationSyntax type)
        {
            if (type.Parent is InterfaceDeclarationSyntax)
                return true;
            foreach (var modifier in type.Modifiers)
            {
                if (modifier.IsKind(SyntaxKind.PublicKeyword) || modifier.IsKind(SyntaxKind.ProtectedKeyword))
                    return true;
            }

            return false;
        }

        static string SimpleName(ExpressionSyntax name) => name switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => "",
        };

        void AddFunction(SyntaxToken name, TextSpan span, SyntaxTokenList modifiers, bool isCalled = false, bool isExplicit = false, bool isType = false, bool callsBase = false)
        {
            // Without a modifier a member is private; one of an interface has code for those who call it through the interface only.
            // An override is called by those who know the base: what it does is that one's contract.
            var visible = _isHidden && !modifiers.Any(SyntaxKind.OverrideKeyword) ? Naming.Internal : Naming.Visible;
            var access = isExplicit ? Naming.Visible : _isInterface || isType ? Naming.Internal : Naming.Private;
            foreach (var modifier in modifiers)
            {
                if (modifier.IsKind(SyntaxKind.PublicKeyword) || modifier.IsKind(SyntaxKind.ProtectedKeyword))
                    access = visible;
                else if (modifier.IsKind(SyntaxKind.InternalKeyword) && access == Naming.Private)
                    access = Naming.Internal;
            }

            Functions.Add(_scan.Read(span, name, isCalled, access, _outermost, callsBase));
        }
    }
}
