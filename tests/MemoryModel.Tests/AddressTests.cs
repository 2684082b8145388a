using MemoryModel.Memory;

namespace MemoryModel.Tests;

public sealed class AddressTests
{
    [Fact]
    public void LengthThatWrapsAround_IsNoValidRange() =>
        Assert.False(HvaRange.FromStartLength(new Hva(ulong.MaxValue - 4095), 8192).IsValid);

    [Fact]
    public void SizePassedAsEnd_IsNoValidRange()
    {
        var start = new Hva(0x100000);
        Assert.True(HvaRange.FromStartLength(start, 0x2000).IsValid);
        Assert.False(HvaRange.FromStartEnd(start, new Hva(0x2000)).IsValid);
    }

    [Fact]
    public void ErrorsMergedWithOr_AreGarbage()
    {
        Errno merged = Errno.ENOMEM | Errno.EFAULT;
        Assert.NotEqual(Errno.ENOMEM, merged);
        Assert.NotEqual(Errno.EFAULT, merged);
        Assert.Equal(Errno.ECHILD, merged);
        Assert.Equal("ECHILD", merged.ToString());
    }

    [Fact]
    public void ErrnoCode_RoundTripsThroughTheKernelsForm()
    {
        Assert.Equal(-22, Errno.EINVAL.Code);
        Assert.Equal(Errno.EINVAL, Errno.FromCode(-22));
        Assert.True(Errno.FromCode(0).IsOk);
    }

    [Fact]
    public void ValueOfFailedResult_IsAViolation()
    {
        Result<ulong> failed = Errno.EFAULT;
        Assert.True(failed.IsError);
        ModelViolationException violation = Assert.Throws<ModelViolationException>(() => failed.Value);
        Assert.Contains("EFAULT", violation.Message);
    }

    [Fact]
    public void DefaultResult_IsAnError()
    {
        Result<ulong> nothing = default;
        Assert.True(nothing.IsError);
        Assert.Equal(Errno.EIO, nothing.Error);
    }
}
