package io.edgeai.core.text;

import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.text.source.TokenizerSource;

/**
 * Makes tokenizers. Found by {@link java.util.ServiceLoader}; its class must load without the classes it adapts, so that
 * what is missing is an answer of {@link #availability()} and not a linkage error. Thread-safe.
 */
public interface TokenizerProvider {
    /** Short stable name, e.g. {@code "huggingface"}. */
    String name();

    /** Whether it works here, and if not, what to add. May load natives. */
    InferenceRuntime.Availability availability();

    /**
     * Opens a tokenizer; the caller closes it.
     *
     * @throws io.edgeai.core.error.RuntimeUnavailableException where {@link #availability()} says no
     * @throws io.edgeai.core.error.ModelFormatException where the source is no tokenizer
     */
    Tokenizer open(TokenizerSource source);
}
