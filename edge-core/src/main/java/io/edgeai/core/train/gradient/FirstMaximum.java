package io.edgeai.core.train.gradient;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gradient of a maximum pool of few taps over disjoint windows, by comparing each tap of the input with the maximum. ONNX
 * Runtime finds the places of maxima (its output Indices) only in a slow form of the operator; on 28×28 images this way
 * takes half the time, forward pass included.
 */
final class FirstMaximum {
    private static final int MOST_TAPS = 4;

    private FirstMaximum() {}

    static boolean suits(Window window) {
        return window.disjoint()
                && !window.padded()
                && window.taps() <= MOST_TAPS
                && Arrays.stream(window.rest()).allMatch(r -> r >= 0);
    }

    /** What of {@code dy} goes to each element of {@code x}: all of it to the first that equals {@code y}. */
    static String gradient(GraphEmitter out, Window window, String x, String y, String dy, long channels) {
        int taps = window.taps();
        List<String> shares = new ArrayList<>();
        String rest = dy;
        for (int tap = 0; tap < taps - 1; tap++) {
            String share = out.mul(rest, out.mask("Equal", elements(out, window, x, tap), y));
            shares.add(out.unsqueeze(share, 2));
            rest = out.sub(rest, share);
        }
        shares.add(out.unsqueeze(rest, 2));
        String side = out.reshape(
                out.concat(2, shares), ConvGradients.join(new long[] {-1, channels * taps}, window.output()));
        float[] places = new float[(int) channels * taps * taps];
        for (int i = 0; i < channels * taps; i++) {
            places[i * taps + i % taps] = 1;
        }
        String kernel = out.floats(places, ConvGradients.join(new long[] {channels * taps, 1}, window.kernel()));
        return ConvGradients.adjoint(out, window, side, kernel, channels);
    }

    /** The tap's element of each window. */
    private static String elements(GraphEmitter out, Window window, String x, int tap) {
        int axes = window.axes();
        long[] starts = new long[axes];
        long[] ends = new long[axes];
        int left = tap;
        for (int axis = axes - 1; axis >= 0; axis--) {
            starts[axis] = left % window.kernel()[axis] * window.dilations()[axis];
            left = (int) (left / window.kernel()[axis]);
            ends[axis] = starts[axis] + (window.output()[axis] - 1) * window.strides()[axis] + 1;
        }
        return out.slice(x, PoolGradients.spatialAxes(axes + 2), starts, ends, window.strides());
    }
}
