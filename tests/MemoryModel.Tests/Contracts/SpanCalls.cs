using System.Reflection;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Contracts;

/// <summary>Members that take spans, which reflection cannot call.</summary>
internal static class SpanCalls
{
    private static readonly Dictionary<string, Action<ContractWorld>> s_calls = new()
    {
        ["Kvm.ReadGuest"] = static w => _ = w.Machine.Kvm.ReadGuest(w.Gfn, new ulong[1]),
        ["Kvm.WriteGuest"] = static w => _ = w.Machine.Kvm.WriteGuest(w.Gfn, new ulong[1]),
        ["Kvm.ClearDirtyLog"] = static w => _ = w.Machine.Kvm.ClearDirtyLog(0, 0, 64, new ulong[1]),
        ["Mirror.Read"] = static w => _ = w.Get<Mirror>().Read(ContractWorld.Host, new ulong[1]),
        ["Mirror.Write"] = static w => _ = w.Get<Mirror>().Write(ContractWorld.Host, new ulong[1]),
    };

    public static bool TryCall(ContractWorld world, MethodInfo method)
    {
        if (!s_calls.TryGetValue($"{method.DeclaringType!.Name}.{method.Name}", out Action<ContractWorld>? call)) return false;
        call(world);
        return true;
    }
}
