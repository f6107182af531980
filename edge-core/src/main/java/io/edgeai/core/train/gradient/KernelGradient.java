package io.edgeai.core.train.gradient;

/**
 * Where a gradient graph computes the derivative of a two-dimensional convolution, in one group, by its kernel. What
 * another form of the same computation needs to know.
 *
 * @param input name of the convolution's input, [N, channels, window.input()...]
 * @param outputGradient name of the derivative by its output, [N, outputs, window.output()...]
 * @param result name of the derivative by the kernel, [outputs, channels, window.kernel()...]
 * @param outputs output channels
 * @param channels input channels
 * @param window the convolution's window
 */
public record KernelGradient(
        String input, String outputGradient, String result, long outputs, long channels, Window window) {}
