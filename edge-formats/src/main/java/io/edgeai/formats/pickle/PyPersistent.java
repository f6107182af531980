package io.edgeai.formats.pickle;

/**
 * A reference to something kept outside the pickle, as PyTorch does with storages.
 *
 * @param id what the pickle says of it, often a {@link PyTuple}
 */
public record PyPersistent(Object id) {
    @Override
    public String toString() {
        return "persistent";
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
