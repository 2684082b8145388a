using System.Reflection;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Contracts;

/// <summary>Asks the validator, from inside of what the model calls, whether the contract of what was called is kept.</summary>
internal sealed class CallbackWitness
{
    private static readonly string[] s_checked = ["RequiresLock", "ExcludesLock", "MaySleep", "NoSleep"];

    /// <summary>Names of what was called.</summary>
    public HashSet<string> Seen { get; } = [];

    public List<string> Problems { get; } = [];

    public static bool Checks(Contract contract) => s_checked.Contains(contract.Kind);

    /// <summary>Called by a callback of the model.</summary>
    /// <param name="called">The method, or the delegate type.</param>
    /// <param name="arguments">What it was given, by name.</param>
    /// <param name="mustNotSleep">It may sleep only sometimes, and this is not such a time.</param>
    public void Check(MemberInfo called, IReadOnlyDictionary<string, object> arguments, bool mustNotSleep = false)
    {
        foreach (Contract contract in Contract.All.Where(c => c.IsCallback && c.Member == called && Checks(c)))
        {
            Seen.Add(contract.Name);
            if (contract.Kind == "MaySleep" && CanSleep() == mustNotSleep) Problems.Add($"{contract}: called where {(mustNotSleep ? "it can sleep" : "it cannot sleep")}");
            if (contract.Kind == "NoSleep" && CanSleep()) Problems.Add($"{contract}: it slept, and nobody objects");
            foreach (string expression in contract.Kind is "RequiresLock" or "ExcludesLock" ? contract.Arguments : [])
            {
                LockBase gate = Resolve(arguments, expression);
                bool held = ModelTask.Current.Held.Any(hold => hold.Lock == gate && (contract.IsShared || contract.Kind == "ExcludesLock" || hold.Mode == LockMode.Exclusive));
                if (held != (contract.Kind == "RequiresLock")) Problems.Add($"{contract}: {expression} is {(held ? "" : "not ")}held");
            }
        }
    }

    private static bool CanSleep()
    {
        try
        {
            new Lockdep().MightSleep("a callback");
            return true;
        }
        catch (ModelViolationException)
        {
            return false;
        }
    }

    private static LockBase Resolve(IReadOnlyDictionary<string, object> arguments, string expression)
    {
        string[] names = expression.Split('.');
        object value = arguments[names[0]];
        foreach (string name in names[1..]) value = value.GetType().GetProperty(name)!.GetValue(value)!;
        return (LockBase)value;
    }
}

/// <summary>A back end that asks about each call before it passes it on.</summary>
public class BackendWitness : DispatchProxy
{
    private IBackend _inner = null!;
    private CallbackWitness _witness = null!;

    internal static IBackend Around(IBackend inner, CallbackWitness witness)
    {
        IBackend proxy = Create<IBackend, BackendWitness>();
        var self = (BackendWitness)(object)proxy;
        (self._inner, self._witness) = (inner, witness);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        MethodInfo method = targetMethod!;
        var arguments = new Dictionary<string, object>();
        ParameterInfo[] parameters = method.GetParameters();
        for (int i = 0; i < parameters.Length; i++)
        {
            if (args![i] is { } value) arguments.Add(parameters[i].Name!, value);
        }
        _witness.Check(method, arguments);
        return method.Invoke(_inner, args);
    }
}

internal sealed class WitnessingNotifier(CallbackWitness witness) : MmuNotifier
{
    public bool MustNotSleep { get; set; }

    public override Errno InvalidateRangeStart(Mm mm, in MmuNotifierRange range)
    {
        Check(nameof(InvalidateRangeStart), mm, MustNotSleep);
        return Errno.Ok;
    }

    public override bool ClearFlushYoung(Mm mm, HvaRange range) => Check(nameof(ClearFlushYoung), mm);

    public override bool ClearYoung(Mm mm, HvaRange range) => Check(nameof(ClearYoung), mm);

    public override bool TestYoung(Mm mm, Hva addr) => Check(nameof(TestYoung), mm);

    public override void Release(Mm mm) => Check(nameof(Release), mm);

    private bool Check(string name, Mm mm, bool mustNotSleep = false)
    {
        witness.Check(typeof(MmuNotifier).GetMethod(name)!, new Dictionary<string, object> { ["mm"] = mm }, mustNotSleep);
        return false;
    }
}

internal sealed class WitnessingFirmware(CallbackWitness witness) : UltravisorFirmware
{
    public override Errno PageIn(SecurePage page, ulong content)
    {
        Check(nameof(PageIn));
        return base.PageIn(page, content);
    }

    public override Result<ulong> PageOut(SecurePage page)
    {
        Check(nameof(PageOut));
        return base.PageOut(page);
    }

    public override Errno PageInShared(Gfn gfn)
    {
        Check(nameof(PageInShared));
        return base.PageInShared(gfn);
    }

    public override Errno RegisterMemslot(Memslot slot)
    {
        Check(nameof(RegisterMemslot));
        return base.RegisterMemslot(slot);
    }

    public override Errno Terminate()
    {
        Check(nameof(Terminate));
        return base.Terminate();
    }

    private void Check(string name) => witness.Check(typeof(UltravisorFirmware).GetMethod(name)!, new Dictionary<string, object>());
}

internal sealed class WitnessingOwner : IDevicePageOwner
{
    private readonly CallbackWitness _witness;

    public WitnessingOwner(CallbackWitness witness, Mm mm)
    {
        _witness = witness;
        Page = new OwnedDevicePage(this);
        Mm = mm;
    }

    public DevicePage Page { get; }

    private Mm Mm { get; }

    public Errno MigrateToRam(Mm mm, Vma vma, Hva addr)
    {
        _witness.Check(typeof(IDevicePageOwner).GetMethod(nameof(MigrateToRam))!, new Dictionary<string, object> { ["mm"] = mm });
        return Errno.EFAULT;
    }

    public void PageUnmapped(Mm mm, DevicePage page) => _witness.Check(typeof(IDevicePageOwner).GetMethod(nameof(PageUnmapped))!, new Dictionary<string, object> { ["mm"] = mm });

    private sealed class OwnedDevicePage(IDevicePageOwner owner) : DevicePage(new Pfn(1), owner);
}

internal sealed class WitnessingFile(CallbackWitness witness, HostMemory memory) : MappedFile
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private readonly HostPage _page = memory.AllocPage(PageHolder.PageCache).Value;

    public override Errno CheckMap(VmaFlags flags) => Errno.Ok;

    protected internal override Result<HostPage> FaultPage(ulong index, PageHolder holder)
    {
        Check(nameof(FaultPage));
        return memory.GetPage(_page, holder);
    }

    protected internal override bool HasPage(ulong index, HostPage page)
    {
        witness.Check(typeof(MappedFile).GetMethod(nameof(HasPage), Members)!, new Dictionary<string, object>());
        return true;
    }

    protected internal override void Release()
    {
        Check(nameof(Release));
        UnmapPage(0);
        memory.PutPage(_page, PageHolder.PageCache);
    }

    private void Check(string name) => witness.Check(typeof(KernelFile).GetMethod(name, Members)!, new Dictionary<string, object>());
}
