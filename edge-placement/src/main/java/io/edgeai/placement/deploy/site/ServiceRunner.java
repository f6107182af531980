package io.edgeai.placement.deploy.site;

import java.nio.file.Path;

/**
 * Runs what is live on a site. Called under the site's lock, one call at a time. The default keeps files only.
 */
public interface ServiceRunner {
    /** Runs nothing: whoever serves watches the folder. */
    ServiceRunner FILES_ONLY = new ServiceRunner() {};

    /**
     * Serves a release instead of the service's release before it. A failure is thrown; the site then goes back to the
     * release before.
     *
     * @param model its verified file, which stays as it is while the release is live
     */
    default void start(Release release, Path model) {}

    /**
     * Changes how many replicas of a release run. By default the release is started anew; better is to leave alone those
     * that go on. A failure is thrown; the site then scales back.
     */
    default void scale(Release from, Release to, Path model) {
        start(to, model);
    }

    /** Ends a service. */
    default void stop(Release release) {}

    /** Whether the release answers. */
    default boolean healthy(Release release) {
        return true;
    }

    /** How many replicas of the release answer; by default all or none. */
    default int ready(Release release) {
        return healthy(release) ? release.replicas() : 0;
    }
}
