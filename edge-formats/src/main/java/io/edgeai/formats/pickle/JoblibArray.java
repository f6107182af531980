package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The arrays that joblib writes as raw bytes between two opcodes (joblib {@code numpy_pickle.NumpyArrayWrapper}). Since
 * joblib 1.2 the bytes are aligned: one byte tells how many bytes of padding follow.
 */
final class JoblibArray {
    private JoblibArray() {}

    static boolean is(PyObject object) {
        return object.name().equals("NumpyArrayWrapper") && object.module().startsWith("joblib.")
                || object.name().equals("NumpyArrayWrapper") && object.module().contains("externals.joblib");
    }

    static Object read(PyObject wrapper, Unpickler machine) {
        Object shape = wrapper.attribute("shape");
        if (!(wrapper.attribute("dtype") instanceof DtypeRef type) || shape == null) {
            throw new ModelFormatException("An array of joblib has no type or shape. Maybe the file is damaged.");
        }
        NumpyDtype dtype = type.value();
        int[] dims = NumpyArray.shape(shape);
        if (dtype.objects()) {
            Object inner = machine.nested().read();
            if (inner instanceof NumpyArray) {
                return inner;
            }
            throw new ModelFormatException("An array of objects holds (" + inner + "), not an array.");
        }
        PickleInput in = machine.input();
        if (wrapper.attribute("numpy_array_alignment_bytes") instanceof Long) {
            in.take(in.u8());
        }
        ByteBuffer bytes = in.view((long) NumpyArray.count(dims) * dtype.size());
        boolean fortran = "F".equals(wrapper.attribute("order"));
        return NumpyArray.of(dtype, Arrays.copyOf(dims, dims.length), fortran, bytes, List.of());
    }
}
