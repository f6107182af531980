package io.edgeai.federated.training;

import io.edgeai.federated.data.LabelledSet;
import java.util.List;

/** The textbook in doubles, sharing no code with what it checks: loss by definition, gradient by central differences. */
final class NaiveNetwork {
    private final List<Integer> widths;

    NaiveNetwork(List<Integer> widths) {
        this.widths = widths;
    }

    double[] logits(double[] p, float[] sample) {
        double[] x = new double[sample.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = sample[i];
        }
        int at = 0;
        for (int k = 0; k + 1 < widths.size(); k++) {
            int in = widths.get(k);
            int out = widths.get(k + 1);
            double[] y = new double[out];
            for (int j = 0; j < out; j++) {
                y[j] = p[at + in * out + j];
                for (int i = 0; i < in; i++) {
                    y[j] += x[i] * p[at + i * out + j];
                }
                if (k + 2 < widths.size() && y[j] < 0) {
                    y[j] = 0;
                }
            }
            at += (in + 1) * out;
            x = y;
        }
        return x;
    }

    double loss(double[] p, LabelledSet data, int... positions) {
        double sum = 0;
        for (int position : positions) {
            double[] z = logits(p, data.sample(position));
            double total = 0;
            for (double score : z) {
                total += Math.exp(score);
            }
            sum += Math.log(total) - z[data.label(position)];
        }
        return sum / positions.length;
    }

    double[] gradient(double[] p, LabelledSet data, int... positions) {
        double[] gradient = new double[p.length];
        double h = 1e-6;
        for (int i = 0; i < p.length; i++) {
            double own = p[i];
            p[i] = own + h;
            double above = loss(p, data, positions);
            p[i] = own - h;
            double below = loss(p, data, positions);
            p[i] = own;
            gradient[i] = (above - below) / (2 * h);
        }
        return gradient;
    }

    static double[] doubles(float[] values) {
        double[] copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = values[i];
        }
        return copy;
    }
}
