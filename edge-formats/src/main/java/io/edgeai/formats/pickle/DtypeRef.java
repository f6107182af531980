package io.edgeai.formats.pickle;

/** A dtype on its way through the stack: made by a call, completed by the state that follows. Not thread-safe. */
final class DtypeRef {
    private NumpyDtype value;

    DtypeRef(NumpyDtype value) {
        this.value = value;
    }

    NumpyDtype value() {
        return value;
    }

    void complete(Object state) {
        value = value.with(state);
    }

    @Override
    public String toString() {
        return "dtype " + value;
    }
}
