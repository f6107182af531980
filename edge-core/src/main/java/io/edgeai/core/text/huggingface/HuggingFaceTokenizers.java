package io.edgeai.core.text.huggingface;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.runtime.InferenceRuntime.Availability;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.TokenizerProvider;
import io.edgeai.core.text.source.TokenizerSource;

/** Tokenizers of {@code ai.djl.huggingface:tokenizers}, an optional dependency. Stateless and thread-safe. */
public final class HuggingFaceTokenizers implements TokenizerProvider {
    private static final String DEPENDENCY = "ai.djl.huggingface:tokenizers:0.36.0";

    @Override
    public String name() {
        return "huggingface";
    }

    @Override
    public Availability availability() {
        try {
            NativeLibrary.load();
            return new Availability(true, "tokenizers " + NativeLibrary.version());
        } catch (NoClassDefFoundError e) {
            return new Availability(
                    false,
                    "its classes are not here (" + e.getMessage() + "). Maybe add the dependency " + DEPENDENCY + ".");
        } catch (LinkageError | RuntimeException e) {
            return new Availability(
                    false,
                    "its native library does not load (" + root(e)
                            + "). Maybe use Linux with glibc 2.34 or newer, macOS on ARM or Windows on x86-64.");
        }
    }

    @Override
    public Tokenizer open(TokenizerSource source) {
        Availability availability = availability();
        if (!availability.usable()) {
            throw new RuntimeUnavailableException(
                    "Tokenizers (" + name() + ") do not work here: " + availability.detail());
        }
        return NativeTokenizer.open(source);
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
