package io.edgeai.core.processor;

/**
 * One step from something to something, e.g. from an image to a smaller one. Thread-safe unless it says otherwise.
 *
 * @param <I> what it takes
 * @param <O> what it gives
 */
@FunctionalInterface
public interface Processor<I, O> {
    O apply(I input);

    /** This step and then another. */
    default <R> Processor<I, R> then(Processor<? super O, ? extends R> next) {
        return input -> next.apply(apply(input));
    }
}
