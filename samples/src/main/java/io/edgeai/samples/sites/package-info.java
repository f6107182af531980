/**
 * What the sample of several processes needs around it: certificates and child processes. A deployment has its own ways for
 * both.
 */
@NullMarked
package io.edgeai.samples.sites;

import org.jspecify.annotations.NullMarked;
