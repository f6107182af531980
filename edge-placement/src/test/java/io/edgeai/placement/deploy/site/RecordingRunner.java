package io.edgeai.placement.deploy.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Remembers which variants were started, and refuses one. */
final class RecordingRunner implements ServiceRunner {
    final List<String> started = new ArrayList<>();
    private final String refused;

    RecordingRunner(String refused) {
        this.refused = refused;
    }

    @Override
    public void start(Release release, Path model) {
        started.add(release.variant());
        if (release.variant().equals(refused)) {
            throw new IllegalStateException("Variant (" + refused + ") does not start.");
        }
    }
}
