package io.edgeai.optimize.batching;

/**
 * What a batch takes.
 *
 * @param size samples in it
 * @param micros microseconds of one run: the lower quartile over rounds
 */
public record BatchPoint(int size, double micros) {
    public double microsPerSample() {
        return micros / size;
    }
}
