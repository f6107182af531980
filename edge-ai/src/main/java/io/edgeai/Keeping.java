package io.edgeai;

import java.util.List;
import java.util.Optional;

/**
 * Where what a trial learned outlives the process.
 *
 * @param <T> records of numbers, texts and lists
 */
interface Keeping<T> {
    /** What this process, or the one whose place it takes, kept last. */
    Optional<T> read();

    void write(T state);

    /** Begins anew: what was kept, by whomever, counts no more. */
    void delete();

    /** What the other processes that run the same trial kept last. */
    default List<T> others() {
        return List.of();
    }
}
