package io.edgeai.federated.training;

/**
 * Inner loops in forms that the JIT vectorizes: C2 of JDK 17 does so only where all arrays of a loop share one index, so
 * wide rows are copied to scratch rows first. Rows of inputs that are zero cost nothing.
 */
final class Kernels {
    /** From this many columns on, copying a row and vectorizing beats a scalar loop. */
    private static final int WIDE = 32;

    private Kernels() {}

    /** Collects the non-zero values of a vector; returns how many. */
    static int gather(float[] x, int offset, int n, int[] index, float[] value) {
        int count = 0;
        for (int i = 0; i < n; i++) {
            float v = x[offset + i];
            index[count] = i;
            value[count] = v;
            count += v != 0 ? 1 : 0;
        }
        return count;
    }

    /** {@code y = bias + Σ value_k · W[index_k, :]} with W row-major [n, out] at {@code weights}. */
    static void affine(
            int[] index,
            float[] value,
            int count,
            float[] p,
            int weights,
            int bias,
            int out,
            float[] y,
            float[][] rows) {
        System.arraycopy(p, bias, y, 0, out);
        int k = 0;
        for (; k + 3 < count; k += 4) {
            int r0 = weights + index[k] * out;
            int r1 = weights + index[k + 1] * out;
            int r2 = weights + index[k + 2] * out;
            int r3 = weights + index[k + 3] * out;
            if (out < WIDE) {
                addFour(y, p, r0, r1, r2, r3, value[k], value[k + 1], value[k + 2], value[k + 3], out);
            } else {
                System.arraycopy(p, r0, rows[0], 0, out);
                System.arraycopy(p, r1, rows[1], 0, out);
                System.arraycopy(p, r2, rows[2], 0, out);
                System.arraycopy(p, r3, rows[3], 0, out);
                addFour(y, rows, value[k], value[k + 1], value[k + 2], value[k + 3], out);
            }
        }
        for (; k < count; k++) {
            addRow(y, 0, p, weights + index[k] * out, value[k], out);
        }
    }

    private static void addFour(
            float[] y, float[] p, int r0, int r1, int r2, int r3, float a, float b, float c, float d, int n) {
        for (int j = 0; j < n; j++) {
            y[j] += (a * p[r0 + j] + b * p[r1 + j]) + (c * p[r2 + j] + d * p[r3 + j]);
        }
    }

    private static void addFour(float[] y, float[][] rows, float a, float b, float c, float d, int n) {
        float[] p0 = rows[0];
        float[] p1 = rows[1];
        float[] p2 = rows[2];
        float[] p3 = rows[3];
        for (int j = 0; j < n; j++) {
            y[j] += (a * p0[j] + b * p1[j]) + (c * p2[j] + d * p3[j]);
        }
    }

    /** {@code to[offset…] += factor · from[fromOffset…]}. */
    static void addRow(float[] to, int offset, float[] from, int fromOffset, float factor, int n) {
        for (int j = 0; j < n; j++) {
            to[offset + j] += factor * from[fromOffset + j];
        }
    }

    private static void addAligned(float[] to, float[] from, float factor, int n) {
        for (int j = 0; j < n; j++) {
            to[j] += factor * from[j];
        }
    }

    /** {@code G[index_k, :] += value_k · delta} with G row-major [n, out] at {@code weights}. */
    static void addOuter(
            int[] index, float[] value, int count, float[] delta, float[] g, int weights, int out, float[][] rows) {
        float[] row = rows[0];
        for (int k = 0; k < count; k++) {
            int at = weights + index[k] * out;
            if (out < WIDE) {
                addRow(g, at, delta, 0, value[k], out);
            } else {
                System.arraycopy(g, at, row, 0, out);
                addAligned(row, delta, value[k], out);
                System.arraycopy(row, 0, g, at, out);
            }
        }
    }

    /** {@code back[index_k] = W[index_k, :] · delta} for the listed rows only; four rows share a pass over delta. */
    static void rowDots(int[] index, int count, float[] p, int weights, int out, float[] delta, float[] back) {
        int k = 0;
        for (; k + 3 < count; k += 4) {
            int r0 = weights + index[k] * out;
            int r1 = weights + index[k + 1] * out;
            int r2 = weights + index[k + 2] * out;
            int r3 = weights + index[k + 3] * out;
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            for (int j = 0; j < out; j++) {
                float d = delta[j];
                s0 += p[r0 + j] * d;
                s1 += p[r1 + j] * d;
                s2 += p[r2 + j] * d;
                s3 += p[r3 + j] * d;
            }
            back[index[k]] = s0;
            back[index[k + 1]] = s1;
            back[index[k + 2]] = s2;
            back[index[k + 3]] = s3;
        }
        for (; k < count; k++) {
            int r = weights + index[k] * out;
            float s = 0;
            for (int j = 0; j < out; j++) {
                s += p[r + j] * delta[j];
            }
            back[index[k]] = s;
        }
    }

    /** Turns scores into probabilities in place and returns the cross-entropy of {@code label} in nats. */
    static double softmax(float[] scores, int n, int label) {
        float max = scores[0];
        for (int j = 1; j < n; j++) {
            max = Math.max(max, scores[j]);
        }
        double own = scores[label] - (double) max;
        double sum = 0;
        for (int j = 0; j < n; j++) {
            double e = Math.exp(scores[j] - (double) max);
            scores[j] = (float) e;
            sum += e;
        }
        float inverse = (float) (1 / sum);
        for (int j = 0; j < n; j++) {
            scores[j] *= inverse;
        }
        return Math.log(sum) - own;
    }

    /** {@code w −= rate · g; g = 0}. */
    static void step(float[] w, float[] g, float rate) {
        for (int i = 0; i < w.length; i++) {
            w[i] -= rate * g[i];
            g[i] = 0;
        }
    }

    /** {@code g += factor · w}. */
    static void decay(float[] g, float[] w, float factor) {
        for (int i = 0; i < g.length; i++) {
            g[i] += factor * w[i];
        }
    }

    /** {@code g += mu · (w − reference)}. */
    static void pull(float[] g, float[] w, float[] reference, float mu) {
        for (int i = 0; i < g.length; i++) {
            g[i] += mu * (w[i] - reference[i]);
        }
    }

    /** {@code v = momentum · v + g; w −= rate · v; g = 0}. */
    static void momentumStep(float[] w, float[] g, float[] v, float momentum, float rate) {
        for (int i = 0; i < w.length; i++) {
            float next = momentum * v[i] + g[i];
            v[i] = next;
            w[i] -= rate * next;
            g[i] = 0;
        }
    }
}
