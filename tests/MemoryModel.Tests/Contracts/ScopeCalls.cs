using MemoryModel.Locking;

namespace MemoryModel.Tests.Contracts;

/// <summary>Members that make or end a scope for <c>using</c>, which reflection cannot call: what each of them holds, or lets go.</summary>
internal static class ScopeCalls
{
    /// <summary>Holds a lock through a scope while something else runs.</summary>
    private static readonly Dictionary<string, (Func<ContractWorld, LockBase> Gate, bool IsShared, Action<ContractWorld, Action> Run)> s_scopes = new()
    {
        ["MutexLock.Hold"] = (static w => w.Get<MutexLock>(), false, static (w, inside) => { using (w.Get<MutexLock>().Hold()) inside(); }),
        ["MutexScope"] = (static w => w.Get<MutexLock>(), false, static (w, inside) => { using (new MutexScope(w.Get<MutexLock>())) inside(); }),
        ["RwSemaphore.Read"] = (static w => w.Get<RwSemaphore>(), true, static (w, inside) => { using (w.Get<RwSemaphore>().Read()) inside(); }),
        ["RwSemaphoreReadScope"] = (static w => w.Get<RwSemaphore>(), true, static (w, inside) => { using (new RwSemaphoreReadScope(w.Get<RwSemaphore>())) inside(); }),
        ["RwSemaphore.Write"] = (static w => w.Get<RwSemaphore>(), false, static (w, inside) => { using (w.Get<RwSemaphore>().Write()) inside(); }),
        ["RwSemaphoreWriteScope"] = (static w => w.Get<RwSemaphore>(), false, static (w, inside) => { using (new RwSemaphoreWriteScope(w.Get<RwSemaphore>())) inside(); }),
        ["RwSpinLock.Read"] = (static w => w.Get<RwSpinLock>(), true, static (w, inside) => { using (w.Get<RwSpinLock>().Read()) inside(); }),
        ["RwSpinReadScope"] = (static w => w.Get<RwSpinLock>(), true, static (w, inside) => { using (new RwSpinReadScope(w.Get<RwSpinLock>())) inside(); }),
        ["RwSpinLock.Write"] = (static w => w.Get<RwSpinLock>(), false, static (w, inside) => { using (w.Get<RwSpinLock>().Write()) inside(); }),
        ["RwSpinWriteScope"] = (static w => w.Get<RwSpinLock>(), false, static (w, inside) => { using (new RwSpinWriteScope(w.Get<RwSpinLock>())) inside(); }),
        ["SpinningLock.Hold"] = (static w => w.Get<SpinningLock>(), false, static (w, inside) => { using (w.Get<SpinningLock>().Hold()) inside(); }),
        ["SpinScope"] = (static w => w.Get<SpinningLock>(), false, static (w, inside) => { using (new SpinScope(w.Get<SpinningLock>())) inside(); }),
        ["Srcu.Read"] = (static w => w.Get<Srcu>(), true, static (w, inside) => { using (w.Get<Srcu>().Read()) inside(); }),
        ["SrcuScope"] = (static w => w.Get<Srcu>(), true, static (w, inside) => { using (new SrcuScope(w.Get<Srcu>())) inside(); }),
        ["Rcu.Read"] = (static w => w.Get<Rcu>(), true, static (w, inside) => { using (w.Get<Rcu>().Read()) inside(); }),
        ["RcuScope"] = (static w => w.Get<Rcu>(), true, static (w, inside) => { using (new RcuScope(w.Get<Rcu>())) inside(); }),
        ["Mm.MmapRead"] = (static w => w.Machine.Mm.MmapLock, true, static (w, inside) => { using (w.Machine.Mm.MmapRead()) inside(); }),
        ["Mm.MmapWrite"] = (static w => w.Machine.Mm.MmapLock, false, static (w, inside) => { using (w.Machine.Mm.MmapWrite()) inside(); }),
    };

    public static bool Covers(Contract contract) => s_scopes.ContainsKey(contract.Name) || s_scopes.ContainsKey(contract.Owner.Name);

    public static IEnumerable<string> Names => s_scopes.Keys;

    /// <summary>What is wrong with a scope; empty when nothing is.</summary>
    public static IEnumerable<string> Check(string name)
    {
        (Func<ContractWorld, LockBase> gateOf, bool shared, Action<ContractWorld, Action> run) = s_scopes[name];
        var world = new ContractWorld(typeof(Kvm));
        LockBase gate = gateOf(world);
        bool held = false;
        ModelViolationException? found = world.Call([], () => run(world, () => held = world.Lockdep.HoldsAny(gate) && world.Lockdep.Holds(gate) == !shared));
        if (found is not null || !held) yield return $"{name} does not hold {gate}: {found?.Message}";
        if (!gate.IsSpinning && gate is not Srcu && world.Call([(world.Probe, false)], () => run(world, static () => { })) is not { Invariant: "sleep in atomic" }) yield return $"{name} may sleep, and is not refused under a spinning lock";
    }
}
