using System.Collections.Generic;
using System.Collections.Immutable;
using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>
/// What in some code can be of concern, and which methods of this compilation it calls: found in one walk, before anything is solved. Names lead to many bodies that have
/// nothing to do with a lock, and call nothing that has. Errs towards concern. Immutable.
/// </summary>
/// <param name="Own">What stands in the code itself, and in the lambdas and local functions in it.</param>
/// <param name="Calls">The methods that it calls or makes delegates of; not looked for any further where it is of concern itself.</param>
/// <param name="GivesCode">It makes delegates, which others may run.</param>
internal sealed record Concerned(Concern Own, ImmutableArray<IMethodSymbol> Calls, bool GivesCode)
{
    /// <summary>Of a body.</summary>
    /// <param name="cache">The compilation's.</param>
    /// <param name="owner">Whose body it is.</param>
    /// <param name="code">Its operations.</param>
    public static Concerned Of(FlowCache cache, ISymbol owner, IOperation code)
    {
        var scan = new Scan(cache);
        scan.AddOwner(owner);
        scan.Add(code);
        return scan.ToConcerned();
    }

    sealed class Scan(FlowCache cache)
    {
        readonly HashSet<IMethodSymbol> _calls = new(SymbolEqualityComparer.Default);
        Concern _own;
        bool _givesCode;

        bool IsSure => _own == Concern.Locks;

        public Concerned ToConcerned() => new(_own, IsSure ? ImmutableArray<IMethodSymbol>.Empty : _calls.ToImmutableArray(), _givesCode);

        public void AddOwner(ISymbol owner)
        {
            var contracts = cache.Contracts;
            NoteStated(owner);
            if (owner is IMethodSymbol { AssociatedSymbol: { } property })
                NoteStated(property);
            if (owner.ContainingType is { } type && (contracts.Traits(type) is not null || contracts.IsScope(type)))
                _own = Concern.Locks;
            if (owner is not IMethodSymbol method)
                return;
            if (Synchronized.LockOf(method) is not null)
                _own = Concern.Locks;
            // The constructor of the base, where none is called by name.
            if (method.MethodKind == MethodKind.Constructor && method.ContainingType.BaseType is { SpecialType: SpecialType.None } parent)
            {
                foreach (var constructor in parent.InstanceConstructors)
                    Use(constructor);
            }
        }

        public void Add(IOperation code)
        {
            foreach (var operation in code.DescendantsAndSelf())
            {
                if (IsSure)
                    return;
                _givesCode |= operation is IDelegateCreationOperation;
                if (cache.Concerns.OfType(operation.Type))
                    _own = Concern.Locks;
                AddUsed(operation);
            }
        }

        void AddUsed(IOperation operation)
        {
            switch (operation)
            {
                case ILockOperation:
                    _own = Concern.Locks;
                    break;
                case IInvocationOperation call:
                    Use(call.TargetMethod);
                    break;
                case IObjectCreationOperation { Constructor: { } constructor }:
                    Use(constructor);
                    break;
                case IMemberReferenceOperation reference:
                    Use(reference.Member);
                    break;
                case IParameterReferenceOperation parameter:
                    Note(cache.Concerns.Of(parameter.Parameter));
                    break;
                case IBinaryOperation { OperatorMethod: { } method }:
                    Use(method);
                    break;
                case IUnaryOperation { OperatorMethod: { } method }:
                    Use(method);
                    break;
                case IConversionOperation { OperatorMethod: { } method }:
                    Use(method);
                    break;
                case ICompoundAssignmentOperation { OperatorMethod: { } method }:
                    Use(method);
                    break;
                case IIncrementOrDecrementOperation { OperatorMethod: { } method }:
                    Use(method);
                    break;
                case IImplicitIndexerReferenceOperation indexer:
                    Use(indexer.LengthSymbol);
                    Use(indexer.IndexerSymbol);
                    break;
                case IRecursivePatternOperation { DeconstructSymbol: { } method }:
                    Use(method);
                    break;
                default:
                    AddUnwritten(operation);
                    break;
            }
        }

        // What the language calls by itself.
        void AddUnwritten(IOperation operation)
        {
            switch (operation)
            {
                case IForEachLoopOperation { Syntax: CommonForEachStatementSyntax loop }:
                    var info = cache.Model(loop.SyntaxTree).GetForEachStatementInfo(loop);
                    Use(info.GetEnumeratorMethod);
                    Use(info.MoveNextMethod);
                    Use(info.CurrentProperty);
                    UseDisposal(info.GetEnumeratorMethod?.ReturnType);
                    if (loop is ForEachVariableStatementSyntax)
                        NoteNamed("Deconstruct");
                    break;
                case IUsingOperation { Resources: var resources }:
                    UseDisposal(resources.Type);
                    AddDisposed(resources);
                    break;
                case IUsingDeclarationOperation { DeclarationGroup: var group }:
                    AddDisposed(group);
                    break;
                case IAnonymousFunctionOperation lambda:
                    NoteStated(lambda.Symbol);
                    break;
                case ILocalFunctionOperation function:
                    NoteStated(function.Symbol);
                    break;
                case IWithOperation { Type: { } copied } when cache.Contracts.HasGuardedMembers(copied) || copied.IsValueType:
                    _own = Concern.Locks;
                    break;
                case IDeconstructionAssignmentOperation:
                    NoteNamed("Deconstruct");
                    break;
                case IAwaitOperation:
                    NoteNamed("GetAwaiter");
                    NoteNamed("GetResult");
                    NoteNamed("IsCompleted");
                    break;
            }
        }

        void AddDisposed(IOperation resources)
        {
            foreach (var operation in resources.Descendants())
            {
                if (operation is IVariableDeclaratorOperation { Symbol.Type: { } type })
                    UseDisposal(type);
            }
        }

        void UseDisposal(ITypeSymbol? type)
        {
            for (; type is { SpecialType: SpecialType.None }; type = type.BaseType)
            {
                foreach (var member in type.GetMembers())
                {
                    if (member is IMethodSymbol method && IsDisposal(method))
                        Use(method);
                }
            }
        }

        static bool IsDisposal(IMethodSymbol method) => method.Name.EndsWith("Dispose", System.StringComparison.Ordinal) || method.Name.EndsWith("DisposeAsync", System.StringComparison.Ordinal);

        void Use(ISymbol? used)
        {
            if (used is null)
                return;
            used = ((used as IMethodSymbol)?.ReducedFrom ?? used).OriginalDefinition;
            Note(cache.Concerns.Of(used));
            switch (used)
            {
                case IMethodSymbol method:
                    Call(method);
                    break;
                case IPropertySymbol property:
                    Call(property.GetMethod);
                    Call(property.SetMethod);
                    break;
                case IEventSymbol raised:
                    Call(raised.AddMethod);
                    Call(raised.RemoveMethod);
                    break;
            }
        }

        // What local functions do stands in the same code.
        void Call(IMethodSymbol? method)
        {
            if (method is { MethodKind: not (MethodKind.LocalFunction or MethodKind.DelegateInvoke) } && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, cache.Contracts.Compilation.Assembly))
                _calls.Add(method);
        }

        // Whoever has a contract has to keep it.
        void NoteStated(ISymbol owner) => Note(cache.Contracts.Of(owner).IsNone ? cache.Concerns.Of(owner) : Concern.Locks);

        void NoteNamed(string name)
        {
            if (cache.Names.HasContract(name))
                _own = Concern.Locks;
        }

        void Note(Concern concern)
        {
            if (concern > _own)
                _own = concern;
        }
    }
}
