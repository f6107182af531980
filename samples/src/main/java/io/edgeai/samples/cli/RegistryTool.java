package io.edgeai.samples.cli;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.terminal.Terminal;
import picocli.CommandLine.Mixin;

/** What the commands on a registry share: its folder, opened for the time of one command. Single-use. */
abstract class RegistryTool extends ToolCommand {
    private final boolean creates;

    @Mixin
    private RegistryPlace place = new RegistryPlace();

    /** @param creates whether the command makes a registry that is missing */
    RegistryTool(Terminal terminal, boolean creates) {
        super(terminal);
        this.creates = creates;
    }

    /** Where the registry is, for what opens it once more. */
    final void place(EdgeModelRegistry.Builder registry) {
        place.set(registry);
    }

    abstract int call(EdgeModelRegistry registry);

    /** Refuses what can be known to be wrong before a registry is opened, so that none is begun in vain. */
    void check() {}

    @Override
    public final Integer call() {
        if (!creates) {
            place.requireBegun();
        }
        check();
        try (EdgeModelRegistry registry = place.open()) {
            return call(registry);
        }
    }

    /** The version of {@code name@number} or {@code name@alias}, or the active one of {@code name}. */
    static ModelVersion version(EdgeModelRegistry registry, String text) {
        int at = text.lastIndexOf('@');
        if (at < 0) {
            return registry.active(text);
        }
        boolean alias = at + 1 < text.length() && Character.isLetter(text.charAt(at + 1));
        return alias
                ? registry.annotations()
                        .find(text.substring(0, at), text.substring(at + 1))
                        .orElseGet(() -> registry.get(VersionRef.parse(text)))
                : registry.get(VersionRef.parse(text));
    }

    /** The answer of a command that led to one version. */
    final int done(ModelVersion version, String text) {
        if (json()) {
            terminal().json(VersionView.of(version));
        } else {
            terminal().line(text);
        }
        return OK;
    }
}
