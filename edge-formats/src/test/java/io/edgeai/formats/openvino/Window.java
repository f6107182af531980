package io.edgeai.formats.openvino;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A window over the spatial axes of a map, as convolutions and pools state it, and its sums and pools written out. */
record Window(int[] kernel, int[] strides, int[] begin, int[] end, int[] dilations) {
    /** The same along every axis. */
    static Window square(int axes, int kernel, int stride, int pad, int dilation) {
        return new Window(
                same(axes, kernel), same(axes, stride), same(axes, pad), same(axes, pad), same(axes, dilation));
    }

    static int[] same(int count, int value) {
        return IntStream.generate(() -> value).limit(count).toArray();
    }

    static String list(int... values) {
        return Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    String attributes() {
        return " kernel='" + list(kernel) + "' strides='" + list(strides) + "' pads_begin='" + list(begin)
                + "' pads_end='" + list(end) + "' dilations='" + list(dilations) + "'";
    }

    /** What the kernel covers along an axis. */
    int reach(int axis) {
        return (kernel[axis] - 1) * dilations[axis] + 1;
    }

    /** Padding that makes the output as long as the input over the stride; the odd one lies at the end or the start. */
    Window same(int[] input, boolean upper) {
        int[] less = new int[kernel.length];
        int[] more = new int[kernel.length];
        for (int i = 0; i < kernel.length; i++) {
            int output = (input[i] + strides[i] - 1) / strides[i];
            int total = Math.max(0, (output - 1) * strides[i] + reach(i) - input[i]);
            less[i] = total / 2;
            more[i] = total - less[i];
        }
        return new Window(kernel, strides, upper ? less : more, upper ? more : less, dilations);
    }

    int[] output(int[] input, boolean ceil) {
        int[] output = new int[kernel.length];
        for (int i = 0; i < output.length; i++) {
            int room = input[i] + begin[i] + end[i] - reach(i);
            output[i] = (ceil ? room + strides[i] - 1 : room) / strides[i] + 1;
        }
        return output;
    }

    /** Where an element of the kernel lies on the input, for an output's place {@code [n, c, ...]}. */
    int[] under(int[] output, int[] element, int channel) {
        int[] place = new int[output.length];
        place[0] = output[0];
        place[1] = channel;
        for (int i = 0; i < kernel.length; i++) {
            place[i + 2] = output[i + 2] * strides[i] + element[i] * dilations[i] - begin[i];
        }
        return place;
    }

    static int[] spatial(Grid map) {
        return Arrays.copyOfRange(map.dims(), 2, map.dims().length);
    }

    static int[] shape(int batch, int channels, int[] spatial) {
        return IntStream.concat(IntStream.of(batch, channels), Arrays.stream(spatial))
                .toArray();
    }

    /** Weights as {@code [outputs, inputs of a group, kernel]}; each group of outputs sees its own inputs. */
    Grid convolve(Grid x, Grid w, int groups) {
        int outputs = w.dims()[0];
        int each = w.dims()[1];
        return Grid.filled(
                out -> {
                    int first = out[1] / (outputs / groups) * each;
                    double[] sum = new double[1];
                    for (int c = 0; c < each; c++) {
                        int channel = c;
                        Grid.each(
                                kernel,
                                k -> sum[0] +=
                                        x.padded(under(out, k, first + channel)) * w.at(shape(out[1], channel, k)));
                    }
                    return sum[0];
                },
                shape(x.dims()[0], outputs, output(spatial(x), false)));
    }

    /** Elements of the input under the window of an output, none from the padding. */
    double[] covered(Grid x, int[] out) {
        double[] found = new double[Grid.count(kernel)];
        int[] count = new int[1];
        Grid.each(kernel, k -> {
            int[] place = under(out, k, out[1]);
            boolean inside = IntStream.range(2, place.length).allMatch(i -> place[i] >= 0 && place[i] < x.dims()[i]);
            if (inside) {
                found[count[0]++] = x.at(place);
            }
        });
        return Arrays.copyOf(found, count[0]);
    }
}
