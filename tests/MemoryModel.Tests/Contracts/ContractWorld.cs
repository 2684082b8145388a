using System.Reflection;
using LockDiscipline;
using MemoryModel.Backends;
using MemoryModel.Locking;
using MemoryModel.Memory;
using MemoryModel.Mmu;
using MemoryModel.PrivateMemory;
using MemoryModel.Ranges;
using MemoryModel.Slots;

namespace MemoryModel.Tests.Contracts;

/// <summary>A machine with one of everything, to call any member of the model on, with any locks held.</summary>
internal sealed class ContractWorld
{
    private const ulong HostBase = 0x200000;
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    // Outermost first, so that to take what a call needs is no mistake of its own.
    private static readonly string[] s_order = ["kvm->lock", "vcpu->mutex", "slots_lock", "slots_arch_lock", "kvm->srcu", "mmap_lock", "invalidate_lock", "mirror_lock", "anon_vma", "uvmem_lock", "page_table_lock", "rcu", "mmu_lock"];

    private readonly Dictionary<Type, object> _things = [];

    public ContractWorld(Type owner, bool isPrivate = false)
    {
        Gfn = new Gfn(isPrivate ? 0x20ul : 0x10);
        bool secure = owner.Name.Contains("Ultravisor", StringComparison.Ordinal) || owner == typeof(MemslotDrop);
        Machine = secure ? Machine.Secure() : owner == typeof(Tdx) ? new Machine(static m => new Kvm(m.Mm, new Tdx(m.Memory))) : owner == typeof(SevSnp) || owner == typeof(Rmp) ? new Machine(new SevSnp(new Rmp(), 1)) : new Machine();
        Machine.Map(HostBase, 8);
        Machine.AddSlot(0, 0x10, 4, HostBase);
        Assert.Equal(Errno.Ok, Machine.Mm.Write(Host, 7));
        Vcpu vcpu = Machine.AddVcpu();
        GuestMemfd? file = secure ? null : Machine.AddPrivateSlot(1, 0x20, 4, HostBase + 0x4000);
        if (isPrivate) Assert.Equal(Errno.Ok, Machine.SetPrivate(0x20, 4));
        using (Machine.Kvm.Srcu.Read())
        {
            _things[typeof(Memslot)] = Machine.Kvm.GfnToMemslot(Gfn)!;
            _things[typeof(PageFault)] = Machine.Kvm.BeginPageFault(vcpu, new GuestAccess(Gfn.Address, AccessKind.Write, 1));
        }
        Add(Machine.Kvm, Machine.Mm, Machine.Memory, Machine.Lockdep, vcpu, Machine.Kvm.CreateRoot(), new GfnToHvaCache(), Machine.Mm.Files, new MemoryFile(Machine.Memory, Machine.Page, Machine.Lockdep), new DeviceMemory(Machine.Memory, Machine.Page, Machine.Lockdep));
        Add(new UltravisorFirmware(), new PlainBackend(), new Rmp(), new ReverseMap(1), new KernelLog());
        // Of no task: what a call owes is told from what the world has.
        ModelTask.Run("world", () => Add(Machine.Mm.Memory.PageOf(AllocPage())));
        Add( new MutexLock("contract_mutex", Machine.Lockdep), new RwSemaphore("contract_rwsem", Machine.Lockdep));
        Add(new SpinningLock("contract_spin", Machine.Lockdep), new RwSpinLock("contract_rwspin", Machine.Lockdep), new Srcu("contract_srcu", Machine.Lockdep), new Rcu("contract_rcu", Machine.Lockdep));
        if (file is not null) Add(file);
        if (secure) Add(Machine.Uv, new SecurePage(new Pfn(1), Machine.Uv, Gfn));
        else Add(new Mirror(Machine.Mm));
        if (Machine.Kvm.Backend is Tdx or SevSnp) Add(Machine.Kvm.Backend);
        Add(new CountingNotifier());
        _things[typeof(Vma)] = FindVma();
        Probe = new SpinningLock("probe", Machine.Lockdep);
    }

    /// <summary>A frame of the slot at hand, shared or private.</summary>
    public Gfn Gfn { get; }

    public static Hva Host => new(HostBase);

    public Machine Machine { get; }

    /// <summary>A spinning lock that nothing in the machine knows.</summary>
    public SpinningLock Probe { get; }

    public Lockdep Lockdep => Machine.Lockdep;

    public T Get<T>() => (T)Find(typeof(T));

    /// <summary>The thing of a type.</summary>
    public object Of(Type type) => Find(type);

    /// <summary>The lock that an expression means, read where a contract has it.</summary>
    public LockBase Resolve(Contract contract, string expression)
    {
        string[] names = expression.Split('.');
        ParameterInfo? parameter = ParametersOf(contract).FirstOrDefault(p => p.Name == names[0]);
        object value = parameter is null ? Find(contract.Owner) : Argument(parameter);
        foreach (string name in parameter is null ? names : names[1..])
            value = value.GetType().GetProperty(name, Members)?.GetValue(value) ?? value.GetType().GetField(name, Members)?.GetValue(value) ?? throw new InvalidOperationException($"{contract}: '{expression}' leads to nothing");
        return (LockBase)value;
    }

    /// <summary>The locks that a member needs, and in which mode.</summary>
    public List<(LockBase Gate, bool IsShared)> Needs(Contract contract) => Inside(
        from c in Contract.All
        where c.Member == contract.Member && c.Owner == contract.Owner && c.Kind == "RequiresLock"
        from expression in c.Arguments
        select (Resolve(contract, expression), c.IsShared));

    /// <summary>Holds in the order in which they can be taken.</summary>
    public static List<(LockBase Gate, bool IsShared)> Inside(IEnumerable<(LockBase Gate, bool IsShared)> holds) =>
        [.. holds.OrderBy(static hold => Array.IndexOf(s_order, hold.Gate.Class.Name))];

    /// <summary>Takes locks as a task of its own, calls, and says what the validator thinks of it; null when it has nothing against it.</summary>
    public ModelViolationException? Call(IReadOnlyList<(LockBase Gate, bool IsShared)> holds, Action call)
    {
        ModelViolationException? found = null;
        try
        {
            ModelTask.Run("caller", () =>
            {
                foreach ((LockBase gate, bool shared) in holds) Take(gate, shared);
                try
                {
                    call();
                }
                catch (ModelViolationException e)
                {
                    found = e;
                }
                catch (TargetInvocationException e) when (e.InnerException is ModelViolationException inner)
                {
                    found = inner;
                }
                catch (TargetInvocationException e)
                {
                    // What comes after the check is not of interest: the arguments are just any.
                    Assert.IsNotType<NullReferenceException>(e.InnerException is NullReferenceException ? null : e.InnerException);
                }
            });
        }
        catch (ModelViolationException e) when (e.Invariant is "held at return" or "E4")
        {
        }
        return found;
    }

    /// <summary>Calls the member that a contract stands on, with arguments that are just any.</summary>
    public void Invoke(Contract contract)
    {
        if (contract.Member is MethodInfo span && SpanCalls.TryCall(this, span)) return;
        object?[] arguments = [.. ParametersOf(contract).Select(Argument)];
        switch (contract.Member)
        {
            case ConstructorInfo constructor:
                constructor.Invoke(arguments);
                break;
            case MethodInfo method:
                method.Invoke(method.IsStatic ? null : Find(contract.Owner), arguments);
                break;
            default:
                throw new InvalidOperationException($"{contract} is about nothing that can be called");
        }
    }

    public static void Take(LockBase gate, bool shared)
    {
        switch (gate)
        {
            case MutexLock mutex: mutex.Lock(); break;
            case RwSemaphore semaphore when shared: semaphore.ReadLock(); break;
            case RwSemaphore semaphore: semaphore.WriteLock(); break;
            case SpinningLock spin: spin.Lock(); break;
            case RwSpinLock spin when shared: spin.ReadLock(); break;
            case RwSpinLock spin: spin.WriteLock(); break;
            case Srcu srcu: _ = srcu.ReadLock(); break;
            case Rcu rcu: rcu.ReadLock(); break;
            default: throw new InvalidOperationException($"{gate} is of no known kind");
        }
    }

    private static ParameterInfo[] ParametersOf(Contract contract) => contract.Member switch
    {
        MethodBase method => method.GetParameters(),
        Type type when typeof(Delegate).IsAssignableFrom(type) => type.GetMethod("Invoke")!.GetParameters(),
        _ => [],
    };

    private Pfn AllocPage() => Machine.Memory.AllocPages(0, PageHolder.GetUserPages).Value;

    private Vma FindVma()
    {
        using (Machine.Mm.MmapRead())
        {
            return Machine.Mm.VmaLookup(Host)!;
        }
    }

    private void Add(params object[] things)
    {
        foreach (object thing in things) _things[thing.GetType()] = thing;
    }

    private object Find(Type type)
    {
        if (_things.TryGetValue(type, out object? thing)) return thing;
        return _things.Values.FirstOrDefault(type.IsInstanceOfType) ?? throw new InvalidOperationException($"the world has no {type.Name}");
    }

    private object Argument(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        if (type == typeof(Hva)) return parameter.Name == "end" ? Host + Machine.Page : Host;
        if (type == typeof(Gfn)) return Gfn;
        if (type == typeof(Gpa)) return Gfn.Address;
        if (type == typeof(HvaRange)) return HvaRange.FromStartLength(Host, Machine.Page);
        if (type == typeof(GfnRange)) return GfnRange.FromStartCount(Gfn, 1);
        if (type == typeof(SlotGfnRange)) return new SlotGfnRange(Get<Memslot>(), GfnRange.FromStartCount(Gfn, 1));
        if (type == typeof(GuestAccess)) return new GuestAccess(Gfn.Address, AccessKind.Write, 1);
        if (type == typeof(NotifierHandler)) return (NotifierHandler)(static (Kvm _, in SlotGfnRange _) => false);
        if (type == typeof(HvaRangeOperation)) return (HvaRangeOperation)(static (Kvm _, in SlotGfnRange _) => Errno.Ok);
        if (type == typeof(GmemPopulate)) return (GmemPopulate)(static (_, _, _, _) => Errno.Ok);
        if (type == typeof(ulong)) return 0ul;
        if (type == typeof(string)) return "any";
        if (type == typeof(int)) return 0;
        if (type == typeof(uint)) return 0u;
        if (type == typeof(DevicePage)) return Find(typeof(SecurePage));
        if (Nullable.GetUnderlyingType(type) is not null || type == typeof(NotifierLockHook)) return null!;
        return type.IsValueType ? Activator.CreateInstance(type)! : Find(type);
    }
}
