using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace LockDiscipline.Analyzers.Flow;

/// <summary>Where control goes when the <c>finally</c> that it is in ends: a return address.</summary>
/// <remarks>
/// A block is solved once for every way in which the finally handlers around it can go on. That is what makes
/// <c>finally</c> exact: the state of an early return never mixes with that of the normal end, nor with an exception's.
/// </remarks>
/// <param name="Source">The block whose branch is on its way; null for an exception.</param>
/// <param name="IsConditional">Which of its two branches.</param>
/// <param name="Step">How many of the finally handlers on the branch are done.</param>
/// <param name="Region">For an exception: the try statement whose finally handler runs.</param>
/// <param name="Thrown">For an exception thrown in this body: by what.</param>
/// <param name="Outer">The return address of the finally handler that all this happens in, if any.</param>
internal sealed record Continuation(
    BasicBlock? Source,
    bool IsConditional,
    int Step,
    ControlFlowRegion? Region,
    IOperation? Thrown,
    Continuation? Outer)
{
    public ControlFlowBranch Branch => (IsConditional ? Source!.ConditionalSuccessor : Source!.FallThroughSuccessor)!;
}
