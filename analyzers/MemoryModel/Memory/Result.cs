using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>A value, or the error that kept it from being made.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <remarks>Source: ERR_PTR and IS_ERR, and the error page frame numbers of kvm_host.h.</remarks>
[MustCheck]
public readonly struct Result<T> where T : notnull
{
    private readonly T? _value;
    private readonly bool _hasValue;
    private readonly Errno _error;

    private Result(T? value, bool hasValue, Errno error)
    {
        _value = value;
        _hasValue = hasValue;
        _error = error;
    }

    /// <summary>True when there is a value.</summary>
    [SuccessTest]
    public bool IsOk => _hasValue;

    /// <summary>True when there is an error.</summary>
    [ErrorTest]
    public bool IsError => !_hasValue;

    /// <summary>The value.</summary>
    /// <exception cref="ModelViolationException">There is none: the caller did not test.</exception>
    [OnSuccess]
    public T Value => _hasValue
        ? _value!
        : throw new ModelViolationException("result used without a test", Locking.ModelTask.Current.Name, $"the value of a failed operation ({Error}) was read");

    /// <summary>The error; <see cref="Errno.Ok"/> when there is a value. The default result, which nothing made, is EIO.</summary>
    public Errno Error => _hasValue || _error.IsError ? _error : Errno.EIO;

    /// <summary>A success.</summary>
    public static implicit operator Result<T>(T value) => new(value, true, Errno.Ok);

    /// <summary>A failure.</summary>
    public static implicit operator Result<T>(Errno error) => new(default, false, error);

    /// <inheritdoc/>
    public override string ToString() => _hasValue ? _value!.ToString() ?? "" : Error.ToString();
}
