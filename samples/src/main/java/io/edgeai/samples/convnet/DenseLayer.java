package io.edgeai.samples.convnet;

/**
 * A fully connected layer for one sample at a time. Weights are {@code [in][out]} row-major from {@code offset} in the
 * network's flat parameters, biases follow. Immutable.
 */
final class DenseLayer {
    final int in;
    final int out;
    final int offset;

    DenseLayer(int in, int out, int offset) {
        this.in = in;
        this.out = out;
        this.offset = offset;
    }

    int parameterCount() {
        return in * out + out;
    }

    void forward(float[] parameters, float[] input, float[] output) {
        System.arraycopy(parameters, offset + in * out, output, 0, out);
        for (int i = 0; i < in; i++) {
            if (input[i] != 0) {
                ConvBlock.axpy(input[i], parameters, offset + i * out, output, 0, out);
            }
        }
    }

    /** Adds to the gradients and overwrites {@code inputGradient}. */
    void backward(float[] parameters, float[] input, float[] outputGradient, float[] gradients, float[] inputGradient) {
        for (int i = 0; i < in; i++) {
            int row = offset + i * out;
            if (input[i] != 0) {
                ConvBlock.axpy(input[i], outputGradient, 0, gradients, row, out);
            }
            float sum = 0;
            for (int o = 0; o < out; o++) {
                sum += parameters[row + o] * outputGradient[o];
            }
            inputGradient[i] = sum;
        }
        ConvBlock.axpy(1, outputGradient, 0, gradients, offset + in * out, out);
    }
}
