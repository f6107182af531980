package io.edgeai.core.train;

import io.edgeai.core.train.optimizer.Adam;
import io.edgeai.core.train.optimizer.Sgd;
import io.edgeai.core.train.optimizer.UpdateRule;

/**
 * Dense layers with Relu and mean cross entropy, forward, backward and update written out in loops over doubles: what a
 * training graph must agree with. Parameters lie in the order W1, b1, W2, … with W [in, out] row-major.
 */
final class DenseOracle {
    private final int[] widths;
    final double[] theta;
    private final double[] anchor;
    private final double[] control;
    private final UpdateRule rule;
    private final double[] first;
    private final double[] second;

    DenseOracle(int[] widths, float[] theta, UpdateRule rule, double[] control) {
        this.widths = widths;
        this.theta = new double[theta.length];
        for (int i = 0; i < theta.length; i++) {
            this.theta[i] = theta[i];
        }
        this.anchor = this.theta.clone();
        this.control = control;
        this.rule = rule;
        this.first = new double[theta.length];
        this.second = new double[theta.length];
    }

    /** Takes a step; the mean loss before it. */
    double step(float[] x, long[] labels, double rate, long number) {
        double[] gradient = new double[theta.length];
        double loss = gradient(x, labels, gradient);
        update(gradient, rate, number);
        return loss;
    }

    double gradient(float[] x, long[] labels, double[] gradient) {
        int layers = widths.length - 1;
        double loss = 0;
        for (int row = 0; row < labels.length; row++) {
            double[][] values = new double[layers + 1][];
            values[0] = new double[widths[0]];
            for (int k = 0; k < widths[0]; k++) {
                values[0][k] = x[row * widths[0] + k];
            }
            int[] starts = new int[layers + 1];
            for (int layer = 1; layer <= layers; layer++) {
                starts[layer] = layer == 1 ? 0 : starts[layer - 1] + size(layer - 1);
                values[layer] = forward(values[layer - 1], starts[layer], layer, layer < layers);
            }
            double[] out = values[layers];
            double top = Double.NEGATIVE_INFINITY;
            for (double value : out) {
                top = Math.max(top, value);
            }
            double sum = 0;
            for (double value : out) {
                sum += Math.exp(value - top);
            }
            loss += Math.log(sum) + top - out[(int) labels[row]];
            double[] delta = new double[out.length];
            for (int c = 0; c < out.length; c++) {
                delta[c] = (Math.exp(out[c] - top) / sum - (c == labels[row] ? 1 : 0)) / labels.length;
            }
            for (int layer = layers; layer >= 1; layer--) {
                delta = backward(values[layer - 1], delta, starts[layer], layer, gradient);
            }
        }
        return loss / labels.length;
    }

    private int size(int layer) {
        return (widths[layer - 1] + 1) * widths[layer];
    }

    private double[] forward(double[] input, int start, int layer, boolean relu) {
        int outs = widths[layer];
        double[] result = new double[outs];
        for (int o = 0; o < outs; o++) {
            double sum = theta[start + input.length * outs + o];
            for (int i = 0; i < input.length; i++) {
                sum += input[i] * theta[start + i * outs + o];
            }
            result[o] = relu ? Math.max(0, sum) : sum;
        }
        return result;
    }

    private double[] backward(double[] input, double[] delta, int start, int layer, double[] gradient) {
        int outs = widths[layer];
        double[] below = new double[input.length];
        for (int o = 0; o < outs; o++) {
            gradient[start + input.length * outs + o] += delta[o];
            for (int i = 0; i < input.length; i++) {
                gradient[start + i * outs + o] += input[i] * delta[o];
                below[i] += input[i] > 0 || layer == 1 ? theta[start + i * outs + o] * delta[o] : 0;
            }
        }
        return below;
    }

    private boolean matrix(int index) {
        int start = 0;
        for (int layer = 1; layer < widths.length; layer++) {
            if (index < start + size(layer)) {
                return index - start < widths[layer - 1] * widths[layer];
            }
            start += size(layer);
        }
        throw new IllegalArgumentException("no parameter " + index);
    }

    private void update(double[] g, double rate, long number) {
        double norm = 0;
        for (double value : g) {
            norm += value * value;
        }
        double clip = rule.clipNorm() > 0 ? Math.min(1, rule.clipNorm() / (Math.sqrt(norm) + 1e-6)) : 1;
        for (int i = 0; i < g.length; i++) {
            double change = clip * g[i];
            change += rule.hasControl() ? control[i] : 0;
            change += rule.hasAnchor() ? rule.proximal() * (theta[i] - anchor[i]) : 0;
            double decay = matrix(i) ? rule.weightDecay() : 0;
            if (rule.optimizer().decoupledDecay()) {
                theta[i] -= rate * decay * theta[i];
            } else {
                change += decay * theta[i];
            }
            if (rule.optimizer() instanceof Adam adam) {
                first[i] = adam.beta1() * first[i] + (1 - adam.beta1()) * change;
                second[i] = adam.beta2() * second[i] + (1 - adam.beta2()) * change * change;
                double mean = first[i] / (1 - Math.pow(adam.beta1(), (double) number));
                double square = second[i] / (1 - Math.pow(adam.beta2(), (double) number));
                theta[i] -= rate * mean / (Math.sqrt(square) + adam.epsilon());
            } else if (rule.optimizer() instanceof Sgd sgd) {
                first[i] = sgd.momentum() * first[i] + change;
                theta[i] -= rate * (sgd.nesterov() ? change + sgd.momentum() * first[i] : first[i]);
            }
        }
    }
}
