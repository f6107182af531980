package io.edgeai.core.text;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.runtime.InferenceRuntime.Availability;
import io.edgeai.core.text.source.TokenizerSource;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Opens tokenizers with the providers on the class path. Stateless and thread-safe. */
public final class Tokenizers {
    private static final int MOST_BROKEN = 100;

    private Tokenizers() {}

    /**
     * Opens the tokenizer of a Hugging Face folder; the caller closes it.
     *
     * @throws io.edgeai.core.error.ModelFormatException where the folder holds none that can be read
     * @throws RuntimeUnavailableException where no provider works here; the message names the dependency to add
     */
    public static Tokenizer open(Path folder) {
        return open(TokenizerSource.read(folder));
    }

    /** {@link #open(Path)} of what was read before, e.g. from a graph's metadata. */
    public static Tokenizer open(TokenizerSource source) {
        return open(source, List.copyOf(discovered().values()));
    }

    static Tokenizer open(TokenizerSource source, List<TokenizerProvider> providers) {
        StringBuilder why = new StringBuilder();
        for (TokenizerProvider provider : providers) {
            Availability availability = provider.availability();
            if (availability.usable()) {
                return provider.open(source);
            }
            why.append(provider.name()).append(": ").append(availability.detail());
        }
        throw new RuntimeUnavailableException("No tokenizer library works here ("
                + (why.isEmpty() ? "no provider was found" : why) + "). Maybe add the dependency"
                + " ai.djl.huggingface:tokenizers:0.36.0.");
    }

    /** Every provider by name, and whether it works here. Providers that do not load are left out. */
    public static Map<String, Availability> status() {
        Map<String, Availability> status = new LinkedHashMap<>();
        discovered().forEach((name, provider) -> status.put(name, provider.availability()));
        return status;
    }

    private static Map<String, TokenizerProvider> discovered() {
        Map<String, TokenizerProvider> found = new LinkedHashMap<>();
        Iterator<TokenizerProvider> services = ServiceLoader.load(
                        TokenizerProvider.class, TokenizerProvider.class.getClassLoader())
                .iterator();
        for (int broken = 0; broken < MOST_BROKEN; ) {
            try {
                if (!services.hasNext()) {
                    break;
                }
                TokenizerProvider provider = services.next();
                found.put(provider.name(), provider);
            } catch (ServiceConfigurationError | LinkageError e) {
                broken++;
            }
        }
        return found;
    }
}
