package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * One input's values in the shape its model wants.
 *
 * @param tensor the values; where {@code perRun} is above 0 its first dimension counts samples
 * @param perRun samples the model takes in one run because its shape says so: that fixed number, or 0 where it takes
 *     any number, or -1 where the values are no samples and go whole into every run
 * @param unbatched whether the model has no dimension for samples, so that each run gets one without it
 */
record Feed(Tensor tensor, long perRun, boolean unbatched) {
    static final int WHOLE = -1;

    /** Samples it holds, or 0 where its values are no samples. */
    long samples() {
        return perRun == WHOLE ? 0 : tensor.shape()[0];
    }

    /**
     * Fits values to a model's input: as they are, with a first dimension added, or with each sample reshaped.
     *
     * @throws InvalidInputException where the numbers of elements do not go together
     */
    static Feed fit(TensorSpec spec, Tensor tensor) {
        List<Dim> dims = spec.shape();
        long[] shape = tensor.shape();
        if (dims.isEmpty()) {
            if (tensor.elements() == 1) {
                return new Feed(tensor.reshape(), WHOLE, false);
            }
            return perRow(spec, tensor, shape);
        }
        List<Dim> tail = dims.subList(1, dims.size());
        Dim first = dims.get(0);
        if (matches(dims, shape)) {
            return new Feed(tensor, first.known() ? WHOLE : 0, false);
        }
        if (matches(tail, shape) && (!first.known() || first.size() == 1)) {
            return new Feed(tensor.reshape(prepend(1, shape)), first.known() ? WHOLE : 0, false);
        }
        if (shape.length == 0) {
            return fit(spec, tensor.reshape(1));
        }
        long[] sample = sampleShape(tail, shape, tensor.elements());
        if (sample != null) {
            long fixed = first.known() ? first.size() : 0;
            if (fixed > 0 && shape[0] % fixed != 0) {
                throw new InvalidInputException("Input (" + spec + ") takes " + fixed + " samples at once, of which ("
                        + shape[0] + ") is no multiple. Maybe leave out or add samples.");
            }
            return new Feed(tensor.reshape(prepend(shape[0], sample)), fixed == shape[0] ? WHOLE : fixed, false);
        }
        return perRow(spec, tensor, shape);
    }

    private static Feed perRow(TensorSpec spec, Tensor tensor, long[] shape) {
        boolean known = spec.shape().stream().allMatch(Dim::known);
        long perRun = spec.elements();
        if (known && tensor.elements() == perRun) {
            long[] exact = spec.shape().stream().mapToLong(Dim::size).toArray();
            return new Feed(tensor.reshape(exact), WHOLE, false);
        }
        if (known && shape.length > 0 && shape[0] > 0 && tensor.elements() == shape[0] * perRun) {
            long[] exact = spec.shape().stream().mapToLong(Dim::size).toArray();
            return new Feed(tensor.reshape(prepend(shape[0], exact)), 1, true);
        }
        throw new InvalidInputException("Input (" + spec + ") cannot take data of shape (" + Arrays.toString(shape)
                + "): it needs " + spec.elements() + " values for each sample"
                + (shape.length > 1 ? ", not " + tensor.elements() / Math.max(1, shape[0]) : "")
                + ". Maybe a column is missing or too many, or the wrong file.");
    }

    private static boolean matches(List<Dim> dims, long[] shape) {
        if (dims.size() != shape.length) {
            return false;
        }
        for (int d = 0; d < shape.length; d++) {
            if (dims.get(d).known() && dims.get(d).size() != shape[d]) {
                return false;
            }
        }
        return true;
    }

    /** The shape of one sample: the model's, with at most one unknown dimension found by division; else null. */
    private static long @org.jspecify.annotations.Nullable [] sampleShape(List<Dim> tail, long[] shape, long elements) {
        if (shape[0] == 0) {
            return null;
        }
        long[] own = Arrays.copyOfRange(shape, 1, shape.length);
        if (matches(tail, own)) {
            return own;
        }
        long perSample = elements / shape[0];
        long known = 1;
        int unknown = -1;
        for (int d = 0; d < tail.size(); d++) {
            if (tail.get(d).known()) {
                known *= tail.get(d).size();
            } else if (unknown >= 0) {
                return null;
            } else {
                unknown = d;
            }
        }
        if (known == 0 || perSample % known != 0 || (unknown < 0 && perSample != known)) {
            return null;
        }
        long[] sample = tail.stream().mapToLong(Dim::size).toArray();
        if (unknown >= 0) {
            sample[unknown] = perSample / known;
        }
        return sample;
    }

    private static long[] prepend(long first, long[] rest) {
        long[] all = new long[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    /** The values of samples {@code from} to {@code to}; all values where they are no samples. */
    Tensor slice(long from, long to) {
        if (perRun == WHOLE || (from == 0 && to == samples() && !unbatched)) {
            return tensor;
        }
        long[] shape = tensor.shape();
        int perSample = (int) (tensor.elements() / Math.max(1, shape[0]));
        shape[0] = to - from;
        long[] target = unbatched ? Arrays.copyOfRange(shape, 1, shape.length) : shape;
        return TensorRows.slice(tensor, (int) from * perSample, (int) to * perSample, target);
    }
}
