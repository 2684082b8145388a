using System;
using System.Collections.Generic;
using LockDiscipline.Analyzers.Contracts;
using LockDiscipline.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace LockDiscipline.Analyzers.Rules;

/// <summary>Runs the rules over one solved body: hands each event to the rules that it concerns.</summary>
internal sealed class BodyRules(FlowHost host, Body body, Callers callers, OrderCollector order, Action<Finding> report) : FlowObserver
{
    readonly List<(BodyLeft Exit, PathState State)> _exits = new();
    readonly Dictionary<IOperation, List<Term>> _takenInCallees = new();
    readonly HashSet<string> _caps = new(StringComparer.Ordinal);
    bool? _hasCaller;
    readonly List<CallersNeed> _callersNeeds = new();
    bool _hasCallersEffect;
    Agreement? _agreement;
    LCK1011LockIdentity? _identity;
    LCK1012SharedWouldDo? _sections;

    public FlowHost Host { get; } = host;

    public Body Body { get; } = body;

    public Callers Callers { get; } = callers;

    /// <summary>What the callers of helpers have in common.</summary>
    public Agreement Agreement => _agreement ??= new Agreement(Host, Callers);

    public ContractSet Contracts => Host.Contracts;

    public FlowOptions Options => Host.Options;

    public Findings Findings { get; } = new();

    /// <summary>The calls of a walk that were followed by another one although they may have failed.</summary>
    public HashSet<IOperation> WalkedOn { get; } = new();

    /// <summary>Under each lock, where an overridable member of an object is called first: what is said of one call is true of the others.</summary>
    public Dictionary<(string Member, Term? Receiver, IOperation? Acquire), IOperation> OverridableCalls { get; } = new();

    /// <summary>The body calls or assigns something: it is no stand-in for code elsewhere.</summary>
    public bool HasEffects { get; set; }

    /// <summary>The body calls something: without that, it is no place to do what its caller left to be done, but a stand-in for one.</summary>
    public bool HasCalls { get; private set; }

    /// <summary>The code runs when its caller has what it returns already.</summary>
    public bool IsIterator { get; private set; }

    /// <summary>Code that cannot be seen may do to the body's locks what its contract says.</summary>
    public bool HandsLocksOn { get; set; }

    LCK1011LockIdentity Identity => _identity ??= new LCK1011LockIdentity(this);

    LCK1012SharedWouldDo Sections => _sections ??= new LCK1012SharedWouldDo(this);

    /// <summary>The body implements an operation of a lock or scope type: what it does to inner locks is what its contract means.</summary>
    public bool IsPrimitive => Body.Method is { ContainingType: { } type } method
        && (method.MethodKind == MethodKind.Constructor || method.Name is "Dispose" or "DisposeAsync"
            ? Contracts.Traits(type) is not null || Contracts.IsScope(type) || Disposables.Is(type)
            : Body.Contract.ChangesLocks && (Contracts.Traits(type) is not null || Contracts.IsScope(type)));

    /// <summary>What the body leaves held, or releases, is an effect on its callers: it is a helper that has some.</summary>
    public bool IsHelpersEffect(Term path)
    {
        bool isEffect = path.Root.Kind != TermKind.Fresh && IsHelper;
        _hasCallersEffect |= isEffect;
        return isEffect;
    }

    /// <summary>
    /// The body is a helper that needs the lock from its callers. If one of them holds it, that is required of all; if all have
    /// the object for themselves, as constructors have, nobody needs it.
    /// </summary>
    public bool IsCallersConcern(Term path, LockMode mode, string text)
    {
        // Given for a delegate that runs at once it is called, though no call names it.
        if (!path.IsRooted || Body.IsVisible || Body.Contract.SpeaksOfLocks || Callers.Ask(Body.Method!, path, mode) is not (Standing.Held or Standing.Alone))
            return false;
        NoteCallersNeed(path, mode, text);
        return true;
    }

    void NoteCallersNeed(Term path, LockMode mode, string text)
    {
        foreach (var known in _callersNeeds)
        {
            if (known.Mode == mode && known.Lock.Equals(path))
                return;
        }

        _callersNeeds.Add(new CallersNeed(path, mode, text));
    }

    /// <summary>No other thread can know the object that the lock belongs to.</summary>
    public bool IsExempt(Term path, PathState state) => Body.Constructs(path.Root) || state.Owned.Contains(path.Root);

    /// <summary>The locks that the callee at <paramref name="site"/> was seen to take on other paths.</summary>
    public IEnumerable<Term> TakenInCallee(IOperation site) => _takenInCallees.TryGetValue(site, out var taken) ? taken : Array.Empty<Term>();

    public void NoteTaken(IOperation site, Term path)
    {
        if (!_takenInCallees.TryGetValue(site, out var taken))
            _takenInCallees.Add(site, taken = new List<Term>());
        if (!taken.Contains(path))
            taken.Add(path);
    }

    /// <summary>The body is a helper without a contract: what it leaves to be done is for its callers.</summary>
    public bool IsHelper => !Body.Contract.SpeaksOfLocks && HasCallers;

    /// <summary>The work that the body leaves is its callers': it is a helper that says nothing of such matters, though of locks perhaps.</summary>
    public bool LeavesWorkToCallers => (!Body.Contract.SpeaksOfLocks || Body.Contract.IsOfLocksOnly) && HasCallers;

    /// <summary>The body is called, and by code that can be looked at only.</summary>
    public bool HasCallers => !Body.IsVisible && (_hasCaller ??= Callers.Has(Body.Method!));

    /// <summary>Whether the body gives back what it counted for an object where it does not fail.</summary>
    public bool GivesBackOnSuccess(Term counted)
    {
        foreach (var (exit, state) in _exits)
        {
            if (LCK4003NotGivenBack.Fails(exit, state))
                continue;
            foreach (var mark in state.Marks)
            {
                if (mark.Kind == MarkKind.Consumed && counted.Equals(mark.Value))
                    return true;
            }
        }

        return false;
    }

    public override void Accessed(in MemberAccess access, PathState state)
    {
        LCK1001GuardedMember.Check(this, access, state);
        Sections.Accessed(access, state);
    }

    public override void Called(in CallMade call, PathState state)
    {
        if (call.RunsLater)
        {
            CalledLater(call, state);
            return;
        }

        HasCalls = true;
        LCK9003BrokenContract.Note(this, call);
        LCK1002RequiredLock.Check(this, call, state);
        LCK1006AcquiredAgain.Check(this, call, state);
        LCK1007Excluded.Check(this, call, state);
        LCK2001SleepInAtomic.Check(this, call, state);
        if (call.Site is not Microsoft.CodeAnalysis.Operations.IMethodReferenceOperation)
            LCK2007ForeignCode.Check(this, call, state);
        LCK2008ConditionWait.Check(this, call, state);
        Sections.Called(call, state);
        order.Called(call, state);
    }

    // What it needs, and what is stated of it, is asked where it is given away.
    void CalledLater(in CallMade call, PathState state)
    {
        HasCalls |= call.Site is not Microsoft.CodeAnalysis.Operations.IMethodReferenceOperation || !call.Contract.Requires.IsEmpty;
        LCK1002RequiredLock.Check(this, call, state);
        LCK1007Excluded.Check(this, call, state);
    }

    public override void Suspended(IOperation site, PathState state)
    {
        IsIterator |= site is Microsoft.CodeAnalysis.Operations.IReturnOperation;
        LCK2004HeldAcrossAwait.Check(this, site, state);
    }

    public override void Acquired(in LockAcquired acquired, PathState state)
    {
        LCK1006AcquiredAgain.Check(this, acquired, state);
        Identity.Acquired(acquired, state);
        Sections.Acquired(acquired, state);
        order.Acquired(acquired, state);
    }

    public override void Released(in LockReleased released, PathState state) => LCK1005NotHeld.Check(this, released, state);

    public override void Assigned(in PlaceAssigned assigned, PathState state)
    {
        HasEffects |= Body.Method is { MethodKind: not MethodKind.Constructor };
        Identity.Assigned(assigned, state);
        Sections.Changed(state);
    }

    public override void Copied(IOperation site, Term value, PathState state) => Identity.Copied(site, state);

    public override void Given(in MethodGiven given, PathState state) => LCK2006DelegateContract.Check(this, given, state);

    public override void TryIgnored(IOperation site, string text, PathState state) => LCK1009TryIgnored.Check(this, site, text, state);

    public override void Lost(in ResultLost result, PathState state)
    {
        LCK3001ResultIgnored.Check(this, result, state);
        LCK3002ResultOverwritten.Check(this, result, state);
    }

    // A path that exists only because a call may have thrown owes nothing yet.
    public override void Broken(in Breach breach, PathState state)
    {
        if (state.Implicit)
            return;
        switch (breach.Kind)
        {
            case BreachKind.UsedDead:
                LCK4001UsedAfterDrop.Check(this, breach, state);
                break;
            case BreachKind.Escapes:
                LCK4002OutlivesLock.Check(this, breach, state);
                break;
            case BreachKind.WrongConsumer or BreachKind.ConsumedTwice or BreachKind.UsedConsumed:
                LCK4004ReleasedWrongly.Check(this, breach, state);
                break;
            case BreachKind.UsedNearest:
                LCK4005NearestMatch.Check(this, breach, state);
                break;
            case BreachKind.WrongToken:
                LCK4006WrongToken.Check(this, breach, state);
                break;
            case BreachKind.Unchecked:
                LCK5001CommittedUnchecked.Check(this, breach, state);
                break;
            case BreachKind.Unsampled:
                LCK5002SampledTooLate.Check(this, breach, state);
                break;
            case BreachKind.StillPending:
                LCK5003StillPending.Check(this, breach, state);
                break;
            case BreachKind.ReadUntested:
                LCK3004UntestedValue.Check(this, breach, state);
                break;
            case BreachKind.WalksOn:
                LCK3003WalkGoesOn.Check(this, breach, state);
                break;
            case BreachKind.Untested:
                LCK5004TestMissing.Check(this, breach, state);
                break;
            case BreachKind.WrittenStale:
                LCK5006StaleWriteBack.Check(this, breach, state);
                break;
        }
    }

    public override void Left(in BodyLeft exit, PathState state) => _exits.Add((exit, state));

    public override void Capped(string what)
    {
        if (_caps.Add(what))
            report(LCK9007Partial.Create(Body, what));
    }

    public override void Solved()
    {
        // Which acquires are held at some exit is known only now; at every other exit they count as released.
        var acquires = new HashSet<IOperation>();
        foreach (var (_, state) in _exits)
        {
            foreach (var hold in state.Locks)
            {
                if (hold.At is { } acquire)
                    acquires.Add(acquire);
            }
        }

        bool dropsCallersLock = false;
        foreach (var (exit, state) in _exits)
        {
            foreach (var mark in state.Marks)
                dropsCallersLock |= mark.Kind == MarkKind.Dropped;
            LCK1004NotReleased.Check(this, exit, state, acquires);
            // The code of an iterator runs when its caller has what it returns already.
            if (!IsIterator)
                LCK9003BrokenContract.Check(this, exit, state);
            Sections.Changed(state);
            // What was thrown and caught on the way leaves by this exit, too.
            if (state.Implicit)
            {
                if (!exit.IsThrow)
                    LCK4003NotGivenBack.CheckExit(this, exit, state);
                continue;
            }

            LCK5005NotAssigned.CheckExit(this, exit, state);
            if (state.Marks.IsEmpty)
                continue;
            LCK3003WalkGoesOn.CheckExit(this, exit, state);
            LCK3005FailureLost.CheckExit(this, exit, state);
            LCK5004TestMissing.CheckExit(this, state);
            LCK4002OutlivesLock.CheckExit(this, exit, state);
            LCK4003NotGivenBack.CheckExit(this, exit, state);
            LCK5003StillPending.CheckExit(this, exit, state);
        }

        if (!IsIterator)
        {
            LCK9003BrokenContract.CheckSettles(this, _exits);
            TakenOver.Check(this, _exits);
        }

        if (Body.MayPutBack)
            LCK5007IncompleteRollback.Check(this, _exits);
        if (_callersNeeds.Count > 0 || _hasCallersEffect || (dropsCallersLock && IsHelper))
            LCK9004ContractCanBeStated.Check(this, _callersNeeds, _exits);
        Sections.Solved();
        Identity.Solved();
        Findings.Report(report);
    }
}
