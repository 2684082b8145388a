using LockDiscipline.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Flow;

internal enum Access : byte
{
    Read,
    Write,
}

/// <summary>A member with a contract is read or written.</summary>
internal readonly record struct MemberAccess(IOperation Site, ISymbol Member, MemberContract Contract, Term? Owner, string OwnerText, Access Access, bool IsTarget);

/// <summary>A call: of a method, an accessor, a constructor, a delegate.</summary>
/// <param name="Callee">The method; for a delegate its Invoke.</param>
/// <param name="Summary">What was inferred of the callee, where its source is at hand and no contract speaks.</param>
internal readonly record struct CallMade(IOperation Site, IMethodSymbol Callee, MemberContract Contract, CallBinding Binding, Summary Summary)
{
    /// <summary>The code runs at another time: a method given for a delegate, an iterator that is returned unread. What it needs is told of, not what it does.</summary>
    public bool RunsLater { get; init; }
}

/// <summary>A lock is acquired.</summary>
/// <param name="Conflict">The hold that makes this a mistake.</param>
/// <param name="Callee">The method whose contract says that it acquires.</param>
/// <param name="IsTry">An attempt, which does not wait.</param>
internal readonly record struct LockAcquired(IOperation Site, Term Lock, LockMode Mode, LockTraits Traits, string Text, Hold? Conflict, IMethodSymbol Callee, bool IsTry)
{
    /// <summary>The expression that names the lock, before conversions; null where none does.</summary>
    public IOperation? Object { get; init; }

    /// <summary>The lock was handed to the callee, as <c>lock</c> does: any object can be one.</summary>
    public bool IsArgument { get; init; }
}

/// <summary>A lock is released.</summary>
/// <param name="Hold">What was held of it; null for nothing.</param>
/// <param name="Step">For a step from one mode to the other: the method that takes it.</param>
internal readonly record struct LockReleased(IOperation Site, Term Lock, LockMode? Mode, Hold? Hold, bool IsRightMode, string Text, IMethodSymbol? Step = null)
{
    /// <summary>Of a callee that releases it several times: how often it has done so before.</summary>
    public int Turn { get; init; }
}

/// <summary>A member or an element is assigned; variables are not told of.</summary>
/// <param name="Location">The place.</param>
/// <param name="Before">What it held until now.</param>
/// <param name="Value">What it holds from here on; null where that is not followed.</param>
internal readonly record struct PlaceAssigned(IOperation Site, Term Location, Term Before, Term? Value);

/// <summary>A method is given for a delegate.</summary>
/// <param name="Site">The reference to the method.</param>
/// <param name="Expected">What the delegate's type and the parameter that it is given to say, in the parameters of the method.</param>
/// <param name="RunsHere">It is run before the call that it is an argument of returns.</param>
internal readonly record struct MethodGiven(IOperation Site, IMethodSymbol Method, MemberContract Contract, MemberContract Expected, CallBinding Binding, bool RunsHere);

internal enum LostResult : byte
{
    /// <summary>Nothing was done with it.</summary>
    Dropped,

    /// <summary>It was kept in a variable and the body ends without a test.</summary>
    NeverTested,

    /// <summary>Another value took its place.</summary>
    Overwritten,

    /// <summary>It was found to be an error, nothing was done about that, and another value took its place.</summary>
    ErrorOverwritten,
}

/// <summary>A result that must be tested is lost.</summary>
/// <param name="Site">Where: at the call, or where another value is assigned.</param>
internal readonly record struct ResultLost(IOperation Site, IOperation Call, LostResult How);

/// <summary>The body is left.</summary>
/// <param name="Site">The return or throw; null for the end of the body.</param>
/// <param name="Returned">The value returned, where it is known.</param>
internal readonly record struct BodyLeft(IOperation? Site, Term? Returned, bool IsThrow)
{
    /// <summary>The block that it is left from: tells one <c>return;</c> from another.</summary>
    public int From { get; init; }
}

/// <summary>Told what happens on every path while a solved body is replayed. Rules read flows through this and in no other way.</summary>
internal abstract class FlowObserver
{
    /// <summary>A body is about to be solved.</summary>
    public virtual void Entered(Body body)
    {
    }

    /// <summary>All paths of the body have been told.</summary>
    public virtual void Solved()
    {
    }

    public virtual void Accessed(in MemberAccess access, PathState state)
    {
    }

    public virtual void Called(in CallMade call, PathState state)
    {
    }

    public virtual void Acquired(in LockAcquired acquired, PathState state)
    {
    }

    public virtual void Released(in LockReleased released, PathState state)
    {
    }

    /// <summary>The result of an attempt to acquire is not looked at.</summary>
    public virtual void TryIgnored(IOperation site, string text, PathState state)
    {
    }

    public virtual void Lost(in ResultLost result, PathState state)
    {
    }

    /// <summary>The thread is given up at an <c>await</c> or <c>yield</c>; another one may go on.</summary>
    public virtual void Suspended(IOperation site, PathState state)
    {
    }

    public virtual void Assigned(in PlaceAssigned assigned, PathState state)
    {
    }

    /// <summary>A value that is a lock itself, of a struct type, is copied.</summary>
    public virtual void Copied(IOperation site, Term value, PathState state)
    {
    }

    public virtual void Given(in MethodGiven given, PathState state)
    {
    }

    public virtual void Broken(in Breach breach, PathState state)
    {
    }

    public virtual void Left(in BodyLeft exit, PathState state)
    {
    }

    /// <summary>A lambda that does not run in place: to be analysed on its own.</summary>
    public virtual void Deferred(NestedBody nested)
    {
    }

    /// <summary>A bound was hit: what, and what it means.</summary>
    public virtual void Capped(string what)
    {
    }
}
