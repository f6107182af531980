package io.edgeai.samples.demo;

import io.edgeai.core.error.InvalidInputException;

/**
 * How much the demo does.
 *
 * @param trainImages pictures to learn from
 * @param testImages held-out pictures
 * @param epochs passes over the pictures
 * @param requestsPerWindow requests in each window of the monitor
 * @param rounds rounds of federated learning
 */
public record DemoSettings(int trainImages, int testImages, int epochs, int requestsPerWindow, int rounds) {
    public DemoSettings {
        if (trainImages < 100 || testImages < 100 || epochs < 1 || requestsPerWindow < 20 || rounds < 1) {
            throw new InvalidInputException("The demo needs at least 100 pictures to learn from (" + trainImages
                    + ") and to test with (" + testImages + "), 1 epoch (" + epochs + "), 20 requests a window ("
                    + requestsPerWindow + ") and 1 round (" + rounds + ").");
        }
    }

    /** 3000 and 2000 pictures, 5 epochs, 60 requests a window, 60 rounds: about half a minute. */
    public static DemoSettings defaults() {
        return new DemoSettings(3000, 2000, 5, 60, 60);
    }
}
