package io.edgeai.core.runtime;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.provider.CpuProvider;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How an engine shall run a model.
 *
 * @param intraOpThreads threads that share one operator; default 1, which is best for models under about 50 µs
 * @param slots runs that may be in flight at once, each with its own buffers; default: the processors, since more
 *     threads than these only suspend each other in the middle of a run
 * @param optimize whether the engine may rewrite the graph for speed; default true
 * @param engineOptions further settings by the engine's own names; default none
 */
public record SessionOptions(int intraOpThreads, int slots, boolean optimize, Map<String, String> engineOptions) {
    /** The engine option that names an execution provider. */
    public static final String PROVIDER = "execution_provider";
    /** What the names of a provider's own options begin with among the engine options. */
    public static final String PROVIDER_OPTION = "provider.";

    public SessionOptions {
        if (intraOpThreads < 1 || intraOpThreads > 1024) {
            throw new InvalidInputException("intraOpThreads (" + intraOpThreads + ") must be 1 to 1024.");
        }
        if (slots < 1 || slots > 4096) {
            throw new InvalidInputException("slots (" + slots + ") must be 1 to 4096.");
        }
        engineOptions = Map.copyOf(engineOptions);
    }

    public static SessionOptions defaults() {
        return new SessionOptions(1, Math.min(4096, Runtime.getRuntime().availableProcessors()), true, Map.of());
    }

    public SessionOptions intraOpThreads(int threads) {
        return new SessionOptions(threads, slots, optimize, engineOptions);
    }

    public SessionOptions slots(int count) {
        return new SessionOptions(intraOpThreads, count, optimize, engineOptions);
    }

    public SessionOptions optimize(boolean rewrite) {
        return new SessionOptions(intraOpThreads, slots, rewrite, engineOptions);
    }

    public SessionOptions engineOptions(Map<String, String> options) {
        return new SessionOptions(intraOpThreads, slots, optimize, options);
    }

    /**
     * The engine options with this execution provider in the place of another: {@code execution_provider} and {@code
     * provider.NAME}, neither for the CPU, which all engines run on. Opening a model where the provider is not here is a {@link
     * io.edgeai.core.error.RuntimeUnavailableException}.
     */
    public SessionOptions provider(ExecutionProvider provider) {
        Map<String, String> options = new HashMap<>(engineOptions);
        options.keySet().removeIf(key -> key.equals(PROVIDER) || key.startsWith(PROVIDER_OPTION));
        if (!(provider instanceof CpuProvider)) {
            options.put(PROVIDER, provider.name());
        }
        provider.options().forEach((name, value) -> options.put(PROVIDER_OPTION + name, value));
        return engineOptions(options);
    }

    /** The execution provider that the engine options name; empty for the CPU. */
    public Optional<ExecutionProvider> provider() {
        String name = engineOptions.get(PROVIDER);
        if (name == null) {
            return Optional.empty();
        }
        ExecutionProvider named = ExecutionProvider.parse(name);
        for (Map.Entry<String, String> option : engineOptions.entrySet()) {
            if (option.getKey().startsWith(PROVIDER_OPTION)) {
                named = named.option(option.getKey().substring(PROVIDER_OPTION.length()), option.getValue());
            }
        }
        return Optional.of(named);
    }
}
