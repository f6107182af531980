/**
 * A monitor's figures as OpenTelemetry instruments. The API is an optional dependency: without it on the class path this
 * package is not used, and everything else works.
 */
@NullMarked
package io.edgeai.monitor.export.opentelemetry;

import org.jspecify.annotations.NullMarked;
