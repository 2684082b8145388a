namespace MemoryModel.PrivateMemory;

/// <summary>Attributes of a run of frames.</summary>
internal sealed record AttributeRange(MemoryAttributes Attributes);
